using Wardkeeper.Lab.Hospital;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Day.Planning;

/// <summary>What the machines and the IT department do: clocks, names, monitoring, shells, help over the screen.</summary>
internal sealed class NetworkPlanner
{
    private const string Office = "pc1";
    private readonly DayDraft draft;

    private NetworkPlanner(DayDraft draft) => this.draft = draft;

    /// <summary>Adds the day's.</summary>
    public static void Plan(DayDraft draft)
    {
        NetworkPlanner planner = new(draft);
        planner.Clocks();
        planner.Names();
        planner.Monitoring();
        planner.Shells();
        planner.Screens();
    }

    /// <summary>A clock is asked after switching on, and every few hours.</summary>
    private void Clocks()
    {
        foreach (HospitalDevice device in draft.Plan.Devices.Where(device => device.Key != HospitalNetwork.Router && device.Department.Key != HospitalPlan.Outside))
        {
            Dice dice = draft.Dice("clock/" + device.Key);
            foreach ((TimeSpan on, _) in draft.Power.Of(device.Key).Where(span => span.On > TimeSpan.Zero)) Ask(device.Key, on + dice.Minutes(3, 5), dice);
            if (device.Type is "server" or "pacs-server" || dice.Chance(45))
            {
                foreach (TimeSpan at in Rhythm.Every(dice, TimeSpan.Zero, TimeSpan.FromHours(24), 420, 600)) Ask(device.Key, at, dice);
            }
        }
    }

    private void Ask(string key, TimeSpan at, Dice dice)
    {
        Chain chain = new();
        if (dice.Chance(50)) chain.Add(new NameAsked(at - TimeSpan.FromSeconds(5), key, HospitalNetwork.Router, NameOf(draft.Plan[HospitalNetwork.Router])));
        chain.Add(new ClockAsked(at, key, HospitalNetwork.Router));
        draft.Add(chain);
    }

    /// <summary>Machines look up the systems that they work with.</summary>
    private void Names()
    {
        Dice dice = draft.Dice("names");
        string[] systems = [.. ((string[])["his", "ris", "lis", "pacs", "pcd", "files", "db", "mqtt", "prn1"]).Where(key => draft.Has(key))];
        HospitalDevice[] asking = [.. draft.Plan.Devices.Where(device => device.Key != HospitalNetwork.Router && device.Department.Key != HospitalPlan.Outside)];
        foreach (TimeSpan at in Rhythm.Picks(dice, Rhythm.Ward, draft.Count(16, 50))) draft.Add(new NameAsked(at, dice.Of(asking).Key, HospitalNetwork.Router, NameOf(draft.Plan[dice.Of(systems)])));
    }

    /// <summary>The file server is the monitoring server too, as in many small departments.</summary>
    private void Monitoring()
    {
        foreach (HospitalDevice device in draft.Plan.Devices.Where(device => device.Offers.Contains("snmp")))
        {
            Dice dice = draft.Dice("monitoring/" + device.Key);
            foreach (TimeSpan at in Rhythm.Every(dice, TimeSpan.Zero, TimeSpan.FromHours(24), 150, 180)) draft.Add(new AgentPolled(at, device.Key == "files" ? "his" : "files", device.Key));
        }
    }

    private void Shells()
    {
        Dice dice = draft.Dice("shells");
        string[] ssh = [.. draft.Plan.Devices.Where(device => device.Type is "server" or "pacs-server" or "switch" or "router" && device.Offers.Contains("ssh")).Select(device => device.Key)];
        foreach (TimeSpan at in Rhythm.Picks(dice, Rhythm.Clinic, draft.Count(6, 14))) draft.Add(new ShellOpened(at, Office, dice.Of(ssh), "ssh", dice.Of(["uptime", "df -h", "uname -a", "id"])));
        // The night's jobs.
        foreach (string key in (string[])["his", "lis"]) draft.Add(new ShellOpened(TimeSpan.FromHours(3) + dice.Minutes(0, 40), "files", key, "ssh", "df -h"));
        string[] telnet = [.. draft.Plan.Devices.Where(device => device.Offers.Contains("telnet")).Select(device => device.Key)];
        foreach (TimeSpan at in Rhythm.Picks(dice, Rhythm.Clinic, draft.Count(2, 5))) draft.Add(new ShellOpened(at, Office, dice.Of(telnet), "telnet", dice.Of(["uptime", "uname -a", "id"])));
    }

    /// <summary>The help desk looks at a screen.</summary>
    private void Screens()
    {
        Dice dice = draft.Dice("screens");
        string[] screens = [.. draft.Plan.Devices.Where(device => device.Offers.Contains("vnc")).Select(device => device.Key)];
        foreach (TimeSpan at in Rhythm.Picks(dice, Rhythm.Clinic, draft.Count(2, 5))) draft.Add(new ScreenWatched(at, Office, dice.Of(screens)));
    }

    private static string NameOf(HospitalDevice device) => $"{device.HostName}.{HospitalPlan.Domain}";
}
