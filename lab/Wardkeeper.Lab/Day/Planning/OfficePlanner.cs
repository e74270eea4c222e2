using System.Globalization;
using Wardkeeper.Lab.Hospital;

namespace Wardkeeper.Lab.Day.Planning;

/// <summary>Offices and what serves them: files, printers, databases, web pages, cameras.</summary>
internal sealed class OfficePlanner
{
    private readonly DayDraft draft;

    private OfficePlanner(DayDraft draft) => this.draft = draft;

    /// <summary>Adds the day's.</summary>
    public static void Plan(DayDraft draft)
    {
        OfficePlanner planner = new(draft);
        planner.Documents();
        planner.Exports();
        planner.Prints();
        planner.Databases();
        planner.Pages();
        planner.Cameras();
    }

    /// <summary>Somebody writes a document; a colleague reads it later.</summary>
    private void Documents()
    {
        Dice dice = draft.Dice("documents");
        string[] writers = [.. ((string[])["pc1", "pc2", "dialws"]).Where(key => draft.Has(key))];
        foreach (TimeSpan at in Rhythm.Picks(dice, Rhythm.Clinic, draft.Count(8, 16)))
        {
            string name = $"{dice.Of(["roster", "stock", "minutes", "list", "protocol"])}-{draft.Number("document")}.{dice.Of(["docx", "xlsx", "pdf"])}", writer = dice.Of(writers);
            int size = dice.Between(8_000, 60_000);
            Chain chain = new();
            chain.Add(new FileCopied(at, writer, "files", "smb", name, size, Put: true));
            if (dice.Chance(60)) chain.Add(new FileCopied(at + dice.Minutes(6, 50), dice.Of(writers), "files", "smb", name, size, Put: false));
            draft.Add(chain);
        }
    }

    /// <summary>The night's copies, and what is put into the shares of devices.</summary>
    private void Exports()
    {
        Dice dice = draft.Dice("exports");
        foreach (string key in (string[])["db", "his", "lis", "ris"])
        {
            if (draft.Has(key)) draft.Add(new FileCopied(TimeSpan.FromHours(2) + dice.Minutes(0, 50), key, "files", "ftp", string.Create(CultureInfo.InvariantCulture, $"{key}-{draft.Date:yyyyMMdd}.dump"), dice.Between(60_000, 120_000), Put: true));
        }
        foreach (string key in (string[])["dr", "us3", "immu"])
        {
            if (draft.Plan.Find(key) is { } device && device.Offers.Contains("smb") && dice.Chance(60))
                draft.Add(new FileCopied(TimeSpan.FromHours(8) + dice.Minutes(30, 500), "pc1", key, "smb", $"settings-{draft.Number("export")}.ini", dice.Between(1_000, 4_000), Put: true));
        }
        // Old FTP servers inside of devices take their presets.
        foreach (string key in (string[])["us1", "pump2"]) draft.Add(new FileCopied(TimeSpan.FromHours(9) + dice.Minutes(0, 420), "pc1", key, "ftp", $"presets-{draft.Number("export")}.xml", dice.Between(2_000, 6_000), Put: true));
    }

    private void Prints()
    {
        Dice dice = draft.Dice("prints");
        (string From, string Printer, string Title)[] habits = [("his", "prn1", "Registration form"), ("cws1", "prn1", "Prescription"), ("pc1", "prn1", "Office document"), ("lis", "prn2", "Work list"), ("lis", "prn2", "Result sheet")];
        (string From, string Printer, string Title)[] possible = [.. habits.Where(one => draft.Has(one.From, one.Printer))];
        foreach (TimeSpan at in Rhythm.Picks(dice, Rhythm.Clinic, draft.Count(14, 26)))
        {
            (string from, string printer, string title) = dice.Of(possible);
            draft.Add(new PagePrinted(at, from, printer, string.Create(CultureInfo.InvariantCulture, $"{title} {draft.Number("page")}\r\n{draft.Date:yyyy-MM-dd}\r\nPage 1 of 1\r\n")));
        }
    }

    private void Databases()
    {
        if (!draft.Has("db", "haem")) return;
        Dice dice = draft.Dice("databases");
        (string From, string Server, string Kind, string Statement)[] habits =
        [
            ("his", "db", "mysql", "SELECT table_name, table_rows FROM information_schema.tables LIMIT 20"), ("his", "db", "redis", "SET clinic:queue 17"), ("his", "db", "redis", "GET clinic:queue"),
            ("ris", "db", "postgresql", "SELECT table_name FROM information_schema.tables LIMIT 20"), ("lis", "db", "postgresql", "SELECT version()"), ("pc2", "db", "mysql", "SELECT NOW(), VERSION()"),
            ("lis", "haem", "mysql", "SELECT VERSION()"), ("pacs", "db", "postgresql", "SELECT current_timestamp"),
        ];
        foreach (TimeSpan at in Rhythm.Picks(dice, Rhythm.Ward, draft.Count(0, 60)))
        {
            (string from, string server, string kind, string statement) = dice.Of(habits);
            draft.Add(new DatabaseAsked(at, from, server, kind, statement));
        }
    }

    /// <summary>People look at the systems' pages, and at those of devices that have one.</summary>
    private void Pages()
    {
        Dice dice = draft.Dice("pages");
        string[] people = [.. ((string[])["pc1", "pc2", "cws1", "cws2", "dialws"]).Where(key => draft.Has(key))];
        HospitalDevice[] pages = [.. draft.Plan.Devices.Where(device => device.Offers.Contains("http") && device.Type is not "server")];
        foreach (TimeSpan at in Rhythm.Picks(dice, Rhythm.Clinic, draft.Count(16, 38)))
        {
            string who = dice.Of(people), system = dice.Of(["his", "lis", "ris"]);
            bool tls = system != "his" || dice.Chance(50);
            draft.Add(new PageVisited(at, who, system, tls ? 443 : 80, tls, dice.Of(["/", "/login", "/worklist", "/patients?page=2", "/results/today"]), Browsers.Of(draft.Plan[who])));
        }
        foreach (TimeSpan at in Rhythm.Picks(dice, Rhythm.Clinic, draft.Count(6, 16)))
        {
            HospitalDevice device = dice.Of(pages);
            // Many such pages still have the password of the manual.
            draft.Add(new PageVisited(at, "pc1", device.Key, 80, false, dice.Of(["/", "/status", "/config"]), Browsers.Of(draft.Plan["pc1"]), dice.Chance(40) ? "admin:admin" : null));
        }
        foreach (string key in (string[])["pump4", "gw"])
        {
            if (draft.Plan.Find(key) is { } device && device.Offers.Contains("https")) draft.Add(new PageVisited(TimeSpan.FromHours(9) + dice.Minutes(0, 400), "pc1", key, 443, true, "/", Browsers.Of(draft.Plan["pc1"])));
        }
    }

    private void Cameras()
    {
        Dice dice = draft.Dice("cameras");
        string[] cameras = [.. draft.Plan.Devices.Where(device => device.Offers.Contains("rtsp")).Select(device => device.Key)];
        foreach (TimeSpan at in Rhythm.Picks(dice, Rhythm.Clinic, draft.Count(6, 10))) draft.Add(new StreamWatched(at, "pc1", dice.Of(cameras)));
    }
}
