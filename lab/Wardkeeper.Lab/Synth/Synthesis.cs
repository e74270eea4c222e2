using Wardkeeper.Lab.Hospital;

namespace Wardkeeper.Lab.Synth;

/// <summary>
/// A big hospital over many days, made of the conversations of a small recorded one: every machine begins as many of its type's
/// conversations in each hour as the recorded ones did, by chance from the seed. Streams in the order of time; memory follows the
/// conversations that are under way.
/// </summary>
internal sealed class Synthesis(TrafficModel model, IReadOnlyList<SynthDevice> devices, int seed, DateOnly begin, int days)
{
    private const long Hour = 3_600_000_000L;
    private const int FirstClientPort = 20_000, ClientPorts = 40_000;
    private readonly ILookup<string, SynthDevice> byType = devices.ToLookup(device => device.Type, StringComparer.Ordinal);
    private readonly Dictionary<string, int> recorded = model.Devices.GroupBy(device => device.Type, StringComparer.Ordinal).ToDictionary(same => same.Key, same => same.Count(), StringComparer.Ordinal);
    private readonly ILookup<(string, int), RecordedFlow> byHour = model.Flows.ToLookup(flow => (flow.Client, flow.Hour));

    /// <summary>Every conversation in the order in which they begin.</summary>
    public IEnumerable<SynthFlow> Flows()
    {
        long midnight = HospitalTime.At(begin, TimeSpan.Zero).Microseconds();
        long number = 0;
        for (int hour = 0; hour < days * 24; hour++)
        {
            List<SynthFlow> begun = [];
            foreach (SynthDevice device in devices) Begin(device, hour, midnight + (hour * Hour), begun);
            begun.Sort(static (left, right) => left.At != right.At ? left.At.CompareTo(right.At) : left.Client.Number.CompareTo(right.Client.Number));
            foreach (SynthFlow flow in begun) yield return flow with { ClientPort = FirstClientPort + (int)(number++ % ClientPorts) };
        }
    }

    /// <summary>Every packet in the order of time.</summary>
    public IEnumerable<SynthPacket> Packets()
    {
        PriorityQueue<(SynthFlow Flow, int Next), (long, long)> running = new();
        long order = 0;
        foreach (SynthFlow flow in Flows())
        {
            foreach (SynthPacket packet in Until(flow.At, running)) yield return packet;
            running.Enqueue((flow, 0), (flow.At, order++));
        }
        foreach (SynthPacket packet in Until(long.MaxValue, running)) yield return packet;
    }

    private static IEnumerable<SynthPacket> Until(long time, PriorityQueue<(SynthFlow Flow, int Next), (long At, long Order)> running)
    {
        while (running.TryPeek(out _, out (long At, long Order) due) && due.At < time)
        {
            (SynthFlow flow, int next) = running.Dequeue();
            yield return new SynthPacket(due.At, flow, next);
            if (next + 1 < flow.Shape.Frames.Count) running.Enqueue((flow, next + 1), (flow.At + flow.Shape.Frames[next + 1].At, due.Order));
        }
    }

    private void Begin(SynthDevice device, int hour, long from, List<SynthFlow> into)
    {
        RecordedFlow[] shapes = [.. byHour[(device.Type, hour % 24)]];
        if (shapes.Length == 0) return;
        Dice dice = new(seed, $"{device.Number}/{hour}");
        int count = Poisson((double)shapes.Length / recorded[device.Type], dice);
        for (int i = 0; i < count; i++)
        {
            RecordedFlow shape = dice.Of(shapes);
            SynthDevice[] peers = [.. byType[shape.Server]];
            // A machine keeps to the same few peers, as the recorded ones do.
            SynthDevice peer = peers[(device.Number + dice.Between(0, Math.Min(1, peers.Length - 1))) % peers.Length];
            if (peer != device) into.Add(new SynthFlow(from + dice.Between(0, (int)(Hour / 1000) - 1) * 1000L + dice.Between(0, 999), shape, device, peer, 0));
        }
    }

    /// <summary>Knuth's method, on integers so that it is the same everywhere; big means are made of parts.</summary>
    private static int Poisson(double mean, Dice dice)
    {
        int count = 0;
        for (; mean > 8; mean -= 8) count += Poisson(8, dice);
        const int Fine = 1_000_000;
        double limit = Math.Exp(-mean), product = dice.Between(1, Fine) / (double)Fine;
        for (; product > limit; product *= dice.Between(1, Fine) / (double)Fine) count++;
        return count;
    }
}

/// <summary>A conversation of the synthetic hospital.</summary>
/// <param name="At">When it begins, microseconds since 1970.</param>
/// <param name="Shape">The recorded conversation that it repeats.</param>
/// <param name="Client">Who begins it.</param>
/// <param name="Server">With whom.</param>
/// <param name="ClientPort">The client's port.</param>
internal sealed record SynthFlow(long At, RecordedFlow Shape, SynthDevice Client, SynthDevice Server, int ClientPort);

/// <summary>A packet of it.</summary>
/// <param name="At">When, microseconds since 1970.</param>
/// <param name="Flow">The conversation.</param>
/// <param name="Frame">Which of its frames.</param>
internal readonly record struct SynthPacket(long At, SynthFlow Flow, int Frame);
