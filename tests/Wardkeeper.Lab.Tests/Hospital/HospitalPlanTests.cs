using System.Globalization;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Wardkeeper.Lab.Hospital;

namespace Wardkeeper.Lab.Tests.Hospital;

public sealed partial class HospitalPlanTests
{
    private static readonly int[] Seeds = [1, 2, 3, 7, 42, -5, 20261123, .. Enumerable.Range(100, 60)];

    // One host never offers both: they would share a port.
    private static readonly (string, string)[] SamePort = [("dicom", "worklist"), ("dicom", "mpps")];

    private static IEnumerable<HospitalPlan> Plans => Seeds.SelectMany(seed => new[] { HospitalPlan.FromSeed(seed, HospitalSize.Small), HospitalPlan.FromSeed(seed, HospitalSize.Full) });

    [Fact]
    public void The_same_seed_gives_the_same_hospital() => Assert.Equal(Print(HospitalPlan.FromSeed(7, HospitalSize.Full)), Print(HospitalPlan.FromSeed(7, HospitalSize.Full)));

    [Fact]
    public void Another_seed_gives_other_makers_numbers_names_and_addresses()
    {
        HospitalPlan one = HospitalPlan.FromSeed(1, HospitalSize.Full), two = HospitalPlan.FromSeed(2, HospitalSize.Full);
        (HospitalDevice One, HospitalDevice Two)[] pairs = [.. one.Devices.Zip(two.Devices)];
        Assert.All(pairs, pair => Assert.Equal(pair.One.Key, pair.Two.Key));
        int Differing(Func<HospitalDevice, object?> of) => pairs.Count(pair => !Equals(of(pair.One), of(pair.Two)));
        Assert.True(Differing(device => device.Model) > pairs.Length / 3);
        Assert.True(Differing(device => device.SoftwareVersion) > pairs.Length / 2);
        Assert.True(Differing(device => device.HostName) > pairs.Length * 3 / 4);
        Assert.True(Differing(device => device.Owner) > pairs.Length * 3 / 4);
        Assert.True(Differing(device => device.Ip) > pairs.Length * 3 / 4);
        Assert.Equal(pairs.Length, Differing(device => device.Serial));
        Assert.Equal(pairs.Length, Differing(device => device.Mac));
        Assert.True(Differing(device => device.AeTitle) > 3);
        Assert.Empty(one.Patients.Select(patient => patient.NationalId).Intersect(two.Patients.Select(patient => patient.NationalId)));
    }

    [Fact]
    public void Both_sizes_have_the_devices_and_departments_that_they_should()
    {
        Assert.All(Seeds, seed =>
        {
            HospitalPlan small = HospitalPlan.FromSeed(seed, HospitalSize.Small), full = HospitalPlan.FromSeed(seed, HospitalSize.Full);
            Assert.InRange(small.Devices.Count, 20, 30);
            Assert.InRange(full.Devices.Count, 58, 80);
            Assert.Equal(12, full.Departments.Count(department => department.Key != HospitalPlan.Outside));
            Assert.Equal(full.Departments.Count, full.Departments.Select(department => department.Vlan).Distinct().Count());
            Assert.Equal(99, full.Departments.Single(department => department.Key == HospitalPlan.Outside).Vlan);
        });
    }

    [Fact]
    public void What_must_be_unique_is_and_what_programs_limit_fits()
    {
        foreach (HospitalPlan plan in Plans)
        {
            AssertUnique(plan.Devices.Select(device => device.Key));
            AssertUnique(plan.Devices.Select(device => device.Serial));
            AssertUnique(plan.Devices.Select(device => device.AssetTag));
            AssertUnique(plan.Devices.Select(device => device.Mac.ToString()));
            AssertUnique(plan.Devices.Select(device => device.Ip.ToString()));
            AssertUnique(plan.Devices.SelectMany(device => new[] { device.Key, device.HostName.ToUpperInvariant() }));
            AssertUnique(plan.Devices.Where(device => device.AeTitle is not null).Select(device => device.AeTitle!));
            AssertUnique(plan.Devices.Where(device => device.HlApplication is not null).Select(device => device.HlApplication + "|" + device.HlFacility + "|" + device.Key));
            AssertUnique(plan.Patients.Select(patient => patient.Id));
            Assert.All(plan.Devices, device =>
            {
                Assert.Matches("^[a-z][a-z0-9]{0,8}$", device.Key);
                Assert.Matches("^[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$", device.HostName);
                Assert.InRange(device.AeTitle?.Length ?? 1, 1, 16);
                // It goes into Scheduled Station Name, an SH of 16 characters.
                if (device.AeTitle is not null) Assert.InRange(device.HostName.Length, 1, 16);
                Assert.False(SamePort.Any(pair => device.Offers.Contains(pair.Item1) && device.Offers.Contains(pair.Item2)), device.Key);
                Assert.Matches(@"^[0-9.]{0,64}$", device.ImplementationUid ?? "");
                Assert.InRange(device.ImplementationVersion?.Length ?? 1, 1, 16);
            });
        }
    }

    [Fact]
    public void Addresses_lie_in_the_subnet_of_their_department()
    {
        foreach (HospitalPlan plan in Plans)
        {
            Assert.All(plan.Devices, device =>
            {
                byte[] ip = device.Ip.GetAddressBytes();
                byte[] subnet = device.Department.Key == HospitalPlan.Outside ? [203, 0, 113] : [10, 77, (byte)device.Department.Vlan];
                Assert.Equal(subnet, ip[..3]);
                Assert.Equal(device.Key == "gw", ip[3] == 1);
                Assert.InRange(ip[3], 1, 254);
            });
            Assert.Equal(IPAddress.Parse($"10.77.{plan["gw"].Department.Vlan}.1"), plan["gw"].Ip);
            Assert.Equal("gw", plan.Devices[0].Key);
        }
    }

    [Fact]
    public void Hardware_addresses_are_of_prefixes_that_the_table_gives_to_makers_and_boards()
    {
        string[] prefixes = [.. PlanTable.Read("makers").Select(row => row["prefix"])];
        Assert.All(Plans.SelectMany(plan => plan.Devices), device => Assert.Contains(prefixes, prefix => device.Mac.ToString().StartsWith(prefix, StringComparison.Ordinal)));
        ILookup<string, string> owned = PlanTable.Read("makers").ToLookup(row => row["maker"], row => row["prefix"]);
        Assert.All(PlanTable.Read("models"), model => Assert.NotEmpty(owned[model["board"]]));
    }

    [Fact]
    public void Prefixes_are_those_of_the_registration_authority()
    {
        const string Folder = "/usr/share/ieee-data";
        if (!File.Exists(Path.Combine(Folder, "oui.txt")))
        {
            Assert.False(Environment.GetEnvironmentVariable("CI") == "true", "ieee-data is not installed");
            Assert.Skip("ieee-data is not installed");
        }
        Dictionary<string, string> registered = new(StringComparer.Ordinal);
        foreach (string line in File.ReadLines(Path.Combine(Folder, "oui.txt")))
        {
            if (BlockOfSix().Match(line) is { Success: true } match) registered.TryAdd(match.Groups[1].Value, match.Groups[2].Value.Trim());
        }
        // Blocks of 36 bits: the old ones (IAB) and the new ones (OUI-36).
        foreach (string file in (string[])["iab.csv", "oui36.csv"])
        {
            foreach (string line in File.ReadLines(Path.Combine(Folder, file)))
            {
                if (BlockOfNine().Match(line) is { Success: true } match) registered.TryAdd(match.Groups[1].Value, match.Groups[2].Value.Trim('"').Trim());
            }
        }
        // The first word: newer lists write the rest of some names in another way.
        Assert.All(PlanTable.Read("makers"), row => Assert.Equal(FirstWord(row["organisation"]), FirstWord(registered.GetValueOrDefault(row["prefix"], ""))));
    }

    [Fact]
    public void Models_can_do_what_their_slots_ask()
    {
        Dictionary<string, PlanRow> slots = PlanTable.Read("slots").ToDictionary(row => row["key"]);
        Assert.All(Plans.SelectMany(plan => plan.Devices), device => Assert.Subset(device.Speaks.ToHashSet(), slots[device.Key].Words("speaks").ToHashSet()));
        Assert.All(Plans.SelectMany(plan => plan.Devices).Where(device => device.Offers.Contains("data-export")), device => Assert.Contains("data-export", device.Speaks));
        Assert.All(Plans.SelectMany(plan => plan.Devices).Where(device => device.Offers.Contains("sdc")), device => Assert.Contains("sdc", device.Speaks));
        Assert.All(Plans.SelectMany(plan => plan.Devices).Where(device => slots[device.Key]["bedside"] == "yes"), device => Assert.NotNull(device.Bed));
    }

    [Fact]
    public void Identity_numbers_have_the_right_check_digit_date_and_sex_and_a_prefecture_that_does_not_exist()
    {
        // The standard's own example.
        Assert.Equal('X', NationalId.CheckDigit("11010519491231002"));
        Assert.All(Plans.SelectMany(plan => plan.Patients), patient =>
        {
            Assert.Equal(18, patient.NationalId.Length);
            Assert.Equal(1, Remainder(patient.NationalId));
            Assert.Equal(patient.Birth.ToString("yyyyMMdd", CultureInfo.InvariantCulture), patient.NationalId[6..14]);
            Assert.Equal(patient.Sex == "M", (patient.NationalId[16] - '0') % 2 == 1);
            Assert.Equal("99", patient.NationalId[2..4]);
        });
    }

    [Fact]
    public void Names_are_of_three_character_sets_and_some_hold_delimiters_among_their_bytes()
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        IReadOnlyList<HospitalPatient> patients = HospitalPlan.FromSeed(7, HospitalSize.Full).Patients;
        Assert.Equal(["ascii", "gb18030", "utf-8"], patients.Select(patient => patient.Charset).Distinct().Order());
        Assert.All(patients.Where(patient => patient.Charset == "ascii"), patient => Assert.True(Ascii.IsValid(patient.Family + patient.Given)));
        Encoding gb18030 = Encoding.GetEncoding("gb18030");
        Assert.Contains(patients, patient => patient.Charset == "gb18030" && gb18030.GetBytes(patient.Given).Any(part => part is 0x5C or 0x5E or 0x7C or 0x7E));
        Assert.Contains(patients, patient => patient.Charset == "utf-8" && patient.Given.Any(char.IsSurrogate));
    }

    /// <summary>The whole number's sum by ISO 7064: 1 when the check digit is right. Weights are powers of two modulo 11.</summary>
    private static int Remainder(string number)
    {
        int sum = 0;
        foreach (char letter in number) sum = ((sum * 2) + (letter == 'X' ? 10 : letter - '0')) % 11;
        return sum;
    }

    private static string FirstWord(string name) => name.Split([' ', ',', '.', '('], 2)[0].ToUpperInvariant();

    private static void AssertUnique(IEnumerable<string> texts) => Assert.All(texts.CountBy(text => text), pair => Assert.Equal(1, pair.Value));

    private static string Print(HospitalPlan plan) => string.Join('\n', plan.Departments.Select(one => $"{one}").Concat(plan.Devices.Select(Line)).Concat(plan.Patients.Select(one => $"{one}")));

    private static string Line(HospitalDevice device) => $"{device} {string.Join(' ', device.Offers)} {device.Dhcp?.VendorClass} {string.Join(',', device.Dhcp?.Parameters ?? [])}";

    [GeneratedRegex(@"^([0-9A-F]{6})\s+\(base 16\)\s+(.*)$")]
    private static partial Regex BlockOfSix();

    [GeneratedRegex("^(?:IAB|MA-S),([0-9A-F]{9}),(\"[^\"]*\"|[^,]*)")]
    private static partial Regex BlockOfNine();
}
