using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Wardkeeper.Hub.Admission;
using Wardkeeper.Hub.Admission.Switches;
using Wardkeeper.Hub.Findings;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Tests.Admission;

/// <summary>Reads a real snmpd that is told the tables of a switch.</summary>
public sealed class SwitchTableTests(SnmpDaemon daemon) : IClassFixture<SnmpDaemon>
{
    [Theory]
    [InlineData("v2c", null, null)]
    [InlineData("sha", "signing-12", null)]
    [InlineData("sha", "signing-12", "hiding-123")]
    [InlineData("sha256", "signing-12", "hiding-123")]
    public async Task A_switch_tells_which_card_is_at_which_port(string how, string? sign, string? hide)
    {
        SnmpAccess access = new(IPAddress.Loopback, daemon.Port, how == "v2c" ? "ward" : null, how == "v2c" ? null : "reader-" + how, how == "sha" ? SnmpHash.Sha1 : SnmpHash.Sha256, sign, hide);
        SwitchTable table = await SwitchTable.ReadAsync(access, TestContext.Current.CancellationToken);
        Assert.Equal("sw-icu-1", table.Switch);
        Assert.Equal(
            [("00:1b:21:00:00:0a", "Gi1/0/7", 20), ("00:1b:21:00:00:0b", "Gi1/0/8", 20), ("00:1b:21:00:00:0c", "Gi1/0/8", 20), ("00:1b:21:00:00:0d", "Te1/1/1", 30), ("00:1b:21:00:00:0e", "Te1/1/1", 30)],
            table.Cards.Select(card => (card.Mac.ToString(), card.Port, card.Vlan)));
        Assert.Equal([new SwitchNeighbour("Gi1/0/7", "pump-7", "eth0", false), new SwitchNeighbour("Te1/1/1", "sw-core", "Te1/0/24", true)], table.Neighbours);
        Assert.Equal(["Gi1/0/7", "Gi1/0/8"], table.AtEdge().Select(port => port.Key));
    }

    [Fact]
    public async Task A_wrong_password_a_wrong_community_and_nobody_there_are_told_apart()
    {
        CancellationToken cancel = TestContext.Current.CancellationToken;
        SnmpAccess Of(string user, string sign) => new(IPAddress.Loopback, daemon.Port, null, user, SnmpHash.Sha256, sign, "hiding-123");
        Assert.Contains("password is wrong", (await Assert.ThrowsAsync<SnmpException>(() => SwitchTable.ReadAsync(Of("reader-sha256", "another-12"), cancel))).Message, StringComparison.Ordinal);
        Assert.Contains("user is not known", (await Assert.ThrowsAsync<SnmpException>(() => SwitchTable.ReadAsync(Of("nobody", "signing-12"), cancel))).Message, StringComparison.Ordinal);
        string none = (await Assert.ThrowsAsync<SnmpException>(() => SwitchTable.ReadAsync(new SnmpAccess(IPAddress.Loopback, daemon.Port, "wrong-secret"), cancel))).Message;
        Assert.Contains("does not answer", none, StringComparison.Ordinal);
        Assert.DoesNotContain("wrong-secret", none, StringComparison.Ordinal);
    }

    [Fact]
    public void Several_machines_behind_one_port_are_told_of_and_one_device_or_a_serial_server_is_not()
    {
        MacAddress a = new(0x001b2100000b), b = new(0x001b2100000c);
        SwitchTable table = new("sw-icu-1", [new LearntCard(a, "Gi1/0/8", 20), new LearntCard(b, "Gi1/0/8", 20)], []);
        DeviceFacts? seen = null;
        IReadOnlyList<Finding> Told(SwitchTable of, params KnownDevice[] devices)
        {
            FindingBook book = new();
            SeveralCards.Tell(of, new Ledger(devices), new OneDevice(seen), Asking.Now, book);
            return book.Findings;
        }
        Finding finding = Assert.Single(Told(table, Asking.Pump with { Macs = [a] }));
        Assert.Equal(("several-cards-at-port", "2 network cards behind port sw-icu-1 Gi1/0/8", 7L), (finding.Type, finding.Title.In(chinese: false), finding.Subject.Device!.Id));
        Assert.Single(Told(table));
        Assert.Empty(Told(table, Asking.Pump with { Macs = [a, b] }));
        Assert.Empty(Told(table, Asking.Pump with { Macs = [a], Type = "serial-device-server" }));
        // A telephone from the beginning is one; a pump that begins to call itself one hides no card behind it.
        seen = new() { Id = 7, Type = "ip-phone", TypeSince = Asking.Now };
        KnownDevice phone = Asking.Pump with { Macs = [a], Type = "ip-phone" };
        Assert.Empty(Told(table, phone));
        seen = seen with { TypeBefore = "infusion-pump" };
        Assert.Single(Told(table, phone));
        seen = seen with { TypeIsFromPeople = true };
        Assert.Empty(Told(table, phone));
        Assert.Empty(Told(table with { Neighbours = [new SwitchNeighbour("Gi1/0/8", "sw", "1", true)] }));
        Assert.Empty(Told(table with { Cards = [new LearntCard(a, "Gi1/0/8", 20), new LearntCard(a, "Gi1/0/8", 30)] }));
    }

    private sealed class Ledger(KnownDevice[] devices) : IKnownDevices
    {
        public KnownDevice? Of(MacAddress mac) => devices.FirstOrDefault(device => device.Macs.Contains(mac));

        public KnownDevice? Of(long device) => devices.FirstOrDefault(one => one.Id == device);
    }

    private sealed class OneDevice(DeviceFacts? seen) : IDeviceDirectory
    {
        public bool HasRegister => true;

        public DeviceFacts? Of(Subject subject) => seen;

        public IEnumerable<DeviceFacts> All() => seen is null ? [] : [seen];
    }
}

/// <summary>Net-SNMP's snmpd on a free port of loopback, which answers the bridge's and LLDP's tables from a script.</summary>
public sealed class SnmpDaemon : IAsyncLifetime
{
    private static readonly string[] Rows =
    [
        "1.3.6.1.2.1.17.1.4.1.2.7 integer 10107", "1.3.6.1.2.1.17.1.4.1.2.8 integer 10108", "1.3.6.1.2.1.17.1.4.1.2.25 integer 10201",
        "1.3.6.1.2.1.17.7.1.2.2.1.2.20.0.27.33.0.0.10 integer 7", "1.3.6.1.2.1.17.7.1.2.2.1.2.20.0.27.33.0.0.11 integer 8", "1.3.6.1.2.1.17.7.1.2.2.1.2.20.0.27.33.0.0.12 integer 8",
        "1.3.6.1.2.1.17.7.1.2.2.1.2.20.0.27.33.0.0.99 integer 7", "1.3.6.1.2.1.17.7.1.2.2.1.2.30.0.27.33.0.0.13 integer 25", "1.3.6.1.2.1.17.7.1.2.2.1.2.30.0.27.33.0.0.14 integer 25",
        "1.3.6.1.2.1.17.7.1.2.2.1.3.20.0.27.33.0.0.10 integer 3", "1.3.6.1.2.1.17.7.1.2.2.1.3.20.0.27.33.0.0.99 integer 4",
        "1.3.6.1.2.1.31.1.1.1.1.10107 string Gi1/0/7", "1.3.6.1.2.1.31.1.1.1.1.10108 string Gi1/0/8", "1.3.6.1.2.1.31.1.1.1.1.10201 string Te1/1/1",
        "1.0.8802.1.1.2.1.3.7.1.3.107 string Gi1/0/7", "1.0.8802.1.1.2.1.3.7.1.3.201 string Te1/1/1",
        "1.0.8802.1.1.2.1.4.1.1.7.0.107.1 string eth0", "1.0.8802.1.1.2.1.4.1.1.7.0.201.2 string Te1/0/24",
        "1.0.8802.1.1.2.1.4.1.1.9.0.107.1 string pump-7", "1.0.8802.1.1.2.1.4.1.1.9.0.201.2 string sw-core",
        "1.0.8802.1.1.2.1.4.1.1.12.0.107.1 string A", "1.0.8802.1.1.2.1.4.1.1.12.0.201.2 string (",
    ];

    private readonly string folder = Directory.CreateTempSubdirectory("wk-snmp-").FullName;
    private Process? daemon;

    public int Port { get; private set; }

    public async ValueTask InitializeAsync()
    {
        Assert.SkipUnless(File.Exists("/usr/sbin/snmpd") || Environment.GetEnvironmentVariable("CI") == "true", "needs snmpd");
        using (Socket free = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp))
        {
            free.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            Port = ((IPEndPoint)free.LocalEndPoint!).Port;
        }
        await File.WriteAllLinesAsync(Path.Combine(folder, "rows"), Rows.OrderBy(row => row.Split(' ')[0].Split('.').Select(int.Parse).ToArray(), Comparer<int[]>.Create((left, right) => left.AsSpan().SequenceCompareTo(right))));
        await File.WriteAllTextAsync(Path.Combine(folder, "tell"), Script);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(Path.Combine(folder, "tell"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        await File.WriteAllTextAsync(Path.Combine(folder, "snmpd.conf"), $"""
            agentaddress udp:127.0.0.1:{Port}
            sysname sw-icu-1
            rocommunity ward 127.0.0.1
            createUser reader-sha SHA "signing-12" AES "hiding-123"
            createUser reader-sha256 SHA-256 "signing-12" AES "hiding-123"
            rouser reader-sha auth
            rouser reader-sha256 priv
            pass_persist .1.3.6.1.2.1.17 {folder}/tell
            pass_persist .1.3.6.1.2.1.31 {folder}/tell
            pass_persist .1.0.8802 {folder}/tell

            """);
        ProcessStartInfo start = new("/usr/sbin/snmpd", ["-f", "-Lf", Path.Combine(folder, "log"), "-C", "-c", Path.Combine(folder, "snmpd.conf"), "-I", "-ifXTable,ifTable", "-p", Path.Combine(folder, "pid")]);
        start.Environment["SNMP_PERSISTENT_DIR"] = folder;
        daemon = Process.Start(start)!;
        for (int i = 0; i < 50 && !(File.Exists(Path.Combine(folder, "log")) && (await File.ReadAllTextAsync(Path.Combine(folder, "log"))).Contains("NET-SNMP version", StringComparison.Ordinal)); i++) await Task.Delay(100);
    }

    public ValueTask DisposeAsync()
    {
        if (daemon is { HasExited: false }) daemon.Kill(entireProcessTree: true);
        daemon?.Dispose();
        Directory.Delete(folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    private string Script => $$"""
        #!/bin/bash
        rows={{folder}}/rows
        key() { local out= part; IFS=. read -ra parts <<< "${1#.}"; for part in "${parts[@]}"; do printf -v part '%06d.' "$part"; out+=$part; done; echo "$out"; }
        declare -a names kinds values keys
        while read -r name kind value; do names+=("$name"); kinds+=("$kind"); values+=("$value"); keys+=("$(key "$name")"); done < "$rows"
        while read -r command; do
          if [ "$command" = PING ]; then echo PONG; continue; fi
          read -r asked; asked=${asked#.}; wanted=$(key "$asked"); found=
          for i in "${!names[@]}"; do
            if { [ "$command" = get ] && [ "${names[i]}" = "$asked" ]; } || { [ "$command" = getnext ] && [[ "${keys[i]}" > "$wanted" ]]; }; then found=$i; break; fi
          done
          if [ -z "$found" ]; then echo NONE; else echo ".${names[found]}"; echo "${kinds[found]}"; echo "${values[found]}"; fi
        done

        """;
}
