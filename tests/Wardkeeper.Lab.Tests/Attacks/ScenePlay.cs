using System.Diagnostics;
using System.Globalization;
using Wardkeeper.Lab.Attacks;
using Wardkeeper.Lab.Recording;
using Wardkeeper.Lab.Site;
using Wardkeeper.Lab.Tests.Running;

namespace Wardkeeper.Lab.Tests.Attacks;

/// <summary>A scene that was played in a small hospital while all virtual LANs were recorded.</summary>
internal sealed record ScenePlay(PlayedScene Played, Capture Capture, IReadOnlyList<long> Marked)
{
    /// <summary>Records a scene, and plays it a second time: the facts of a seed are the same, and nothing is left of it.</summary>
    public static async Task<ScenePlay> TwiceAsync(HospitalNetwork network, string name, int seed)
    {
        IReadOnlyList<string> before = Everything(network);
        ScenePlay first = await OnceAsync(network, name, seed);
        await SettleAsync(before, network);
        PlayedScene second = await new SceneRun(network).PlayAsync(SceneRegistry.Of(name), seed, TestHospital.Cancel);
        Assert.Equal(first.Played.Report.Facts, second.Report.Facts);
        await SettleAsync(before, network);
        return first;
    }

    /// <summary>Records a scene.</summary>
    public static async Task<ScenePlay> OnceAsync(HospitalNetwork network, string name, int seed)
    {
        string folder = network.Site.FolderOf($"recorded-{name}-{seed}"), path = Path.Combine(folder, "joined.pcap");
        await using Recorder recorder = await Recorder.StartAsync(network, folder, TestHospital.Cancel);
        PlayedScene played = await new SceneRun(network).PlayAsync(SceneRegistry.Of(name), seed, TestHospital.Cancel);
        (_, IReadOnlyList<ScenePackets> marked) = JoinedCapture.Write(path, await recorder.StopAsync(), new TimeWarp(0, 0, 1), [played.Mark]);
        TestContext.Current.TestOutputHelper?.WriteLine($"{name} {(played.Mark.End - played.Mark.Begin) / 1e6:0.0} s: {marked[0].Numbers.Count} packets; {string.Join("; ", played.Report.Facts)}");
        return new ScenePlay(played, new Capture(path), marked[0].Numbers);
    }

    /// <summary>The value of a fact.</summary>
    public string this[string fact] => Played.Report.Facts.Single(one => one.What == fact).Value;

    /// <summary>The number that a fact is.</summary>
    public int Number(string fact) => int.Parse(this[fact], CultureInfo.InvariantCulture);

    /// <summary>The marked packets are those that tshark selects, between the scene's begin and end.</summary>
    public async Task MarkedAreAsync(string filter)
    {
        IReadOnlyList<string> expected = await Capture.FieldsAsync($"({filter}) && frame.time_epoch >= {Seconds(Played.Mark.Begin)} && frame.time_epoch <= {Seconds(Played.Mark.End)}", "frame.number");
        Assert.NotEmpty(expected);
        Assert.Equal(expected, Marked.Select(number => number.ToString(CultureInfo.InvariantCulture)));
    }

    /// <summary>How many of the marked packets tshark selects.</summary>
    public async Task<int> CountAsync(string filter)
    {
        HashSet<string> marked = [.. Marked.Select(number => number.ToString(CultureInfo.InvariantCulture))];
        return (await Capture.FieldsAsync(filter, "frame.number")).Count(marked.Contains);
    }

    private static string Seconds(long microseconds) => string.Create(CultureInfo.InvariantCulture, $"{microseconds / 1_000_000}.{microseconds % 1_000_000:000000}");

    /// <summary>Everything is as it was, soon: a program that was told to end may still be about to, a card to come up.</summary>
    private static async Task SettleAsync(IReadOnlyList<string> before, HospitalNetwork network)
    {
        for (Stopwatch waited = Stopwatch.StartNew(); waited.Elapsed < TimeSpan.FromSeconds(30) && !before.SequenceEqual(Everything(network));) await Task.Delay(50, TestHospital.Cancel);
        Assert.Equal(before, Everything(network));
    }

    /// <summary>All namespaces, the kinds of programs in them, and the cards as they are set. Helpers of Samba come and go by themselves.</summary>
    private static List<string> Everything(HospitalNetwork network)
    {
        string[] names = [.. HospitalNetwork.Existing(network.Switch[..^"-sw".Length])];
        IEnumerable<string> programs = NamespacePrograms.Running(names.ToHashSet()).Select(process => LogFile.OfProcess(process, "comm"))
            .Where(program => program.Length > 0 && program != "tcpdump" && !program.StartsWith("rpcd", StringComparison.Ordinal) && !program.StartsWith("samba", StringComparison.Ordinal)).Distinct().Order(StringComparer.Ordinal);
        IEnumerable<string> cards = network.Site.Hosts.Select(host => NetworkThread.In(host.Name, () => string.Join(' ',
            File.ReadAllText("/proc/thread-self/net/route"), string.Join(' ', System.Net.NetworkInformation.NetworkInterface.GetAllNetworkInterfaces().Select(card => $"{card.Name} {card.GetPhysicalAddress()} {card.OperationalStatus}")))));
        return [.. names, .. programs, .. cards];
    }
}
