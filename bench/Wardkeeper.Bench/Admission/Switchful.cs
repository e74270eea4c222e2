using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using Wardkeeper.Lab.Admission.Radius;

namespace Wardkeeper.Bench.Admission;

/// <summary>What a load did.</summary>
/// <param name="Decided">Answers that were decisions of the hub: let in, with its Class.</param>
/// <param name="Otherwise">Answers of what was known last or of the fail-safe, and questions that nobody answered.</param>
/// <param name="Accounted">Accounting messages that were answered.</param>
/// <param name="Seconds">How long it took.</param>
/// <param name="DecisionMilliseconds">How long each decision took, from the question to the answer.</param>
/// <param name="AccountingMilliseconds">How long each accounting message took.</param>
internal sealed record Load(long Decided, long Otherwise, long Accounted, double Seconds, double[] DecisionMilliseconds, double[] AccountingMilliseconds);

/// <summary>A switch full of devices of the register that ask by their MAC address, each question with a Message-Authenticator.</summary>
internal sealed class Switchful(int devices)
{
    private const uint CallCheck = 10, Ethernet = 15, Start = 1;
    private readonly ConcurrentQueue<double> decisions = new(), accounting = new();
    private int next, decided, otherwise, accounted, session;

    /// <summary>MAC address of a device, upper case with dashes.</summary>
    public static string Mac(int number) => string.Create(CultureInfo.InvariantCulture, $"00-0F-14-7A-{number >> 8:X2}-{number & 255:X2}");

    /// <summary>As many questions as are answered, some always under way.</summary>
    public async Task<Load> FloodAsync(RadiusClient radius, int underWay, TimeSpan lasts)
    {
        Begin();
        long began = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, underWay).Select(_ => Task.Run(async () =>
        {
            while (Stopwatch.GetElapsedTime(began) < lasts) await AskAsync(radius);
        })));
        return End(Stopwatch.GetElapsedTime(began));
    }

    /// <summary>So many questions a second, whether answers come or not; each device that is let in is told of by accounting at once.</summary>
    public async Task<Load> PaceAsync(RadiusClient radius, RadiusClient reports, int perSecond, TimeSpan lasts)
    {
        Begin();
        List<Task> asked = [];
        long began = Stopwatch.GetTimestamp();
        using PeriodicTimer timer = new(TimeSpan.FromMilliseconds(2));
        while (await timer.WaitForNextTickAsync() && Stopwatch.GetElapsedTime(began) is var passed && passed < lasts)
        {
            for (int due = (int)(passed.TotalSeconds * perSecond); asked.Count < due;) asked.Add(Task.Run(() => EnterAsync(radius, reports)));
        }
        await Task.WhenAll(asked);
        return End(Stopwatch.GetElapsedTime(began));
    }


    private void Begin()
    {
        (decided, otherwise, accounted) = (0, 0, 0);
        decisions.Clear();
        accounting.Clear();
    }

    private Load End(TimeSpan took) => new(decided, otherwise, accounted, took.TotalSeconds, [.. decisions], [.. accounting]);

    private async Task EnterAsync(RadiusClient radius, RadiusClient reports)
    {
        if (await AskAsync(radius) is not ({ } answer, var mac)) return;
        long from = Stopwatch.GetTimestamp();
        RadiusPacket? told = await reports.AskAsync(RadiusCode.AccountingRequest,
            [
                RadiusAttribute.Number(RadiusType.AcctStatusType, Start),
                RadiusAttribute.Text(RadiusType.AcctSessionId, string.Create(CultureInfo.InvariantCulture, $"{Interlocked.Increment(ref session):X8}")),
                .. Place(mac),
                new RadiusAttribute(RadiusType.Class, answer),
            ], CancellationToken.None);
        if (told is null) return;
        accounting.Enqueue(Stopwatch.GetElapsedTime(from).TotalMilliseconds);
        Interlocked.Increment(ref accounted);
    }

    /// <summary>Asks for the next device; the decision's Class, or null when the hub did not decide.</summary>
    private async Task<(ReadOnlyMemory<byte>? Class, string Mac)> AskAsync(RadiusClient radius)
    {
        string mac = Mac(Interlocked.Increment(ref next) % devices);
        long from = Stopwatch.GetTimestamp();
        RadiusPacket? answer = await radius.AskAsync(RadiusCode.AccessRequest, [.. Place(mac), RadiusAttribute.Number(RadiusType.ServiceType, CallCheck), RadiusAttribute.Text(RadiusType.UserPassword, Plain(mac))], CancellationToken.None);
        if (answer is not { Code: RadiusCode.AccessAccept } || answer.Find(RadiusType.Class) is not { } mark)
        {
            Interlocked.Increment(ref otherwise);
            return (null, mac);
        }
        decisions.Enqueue(Stopwatch.GetElapsedTime(from).TotalMilliseconds);
        Interlocked.Increment(ref decided);
        return (mark, mac);
    }

    private static RadiusAttribute[] Place(string mac) =>
    [
        RadiusAttribute.Text(RadiusType.UserName, Plain(mac)),
        RadiusAttribute.Address(RadiusType.NasIpAddress, IPAddress.Loopback),
        RadiusAttribute.Text(RadiusType.NasIdentifier, "bench"),
        RadiusAttribute.Text(RadiusType.NasPortId, "port-" + mac[12..]),
        RadiusAttribute.Number(RadiusType.NasPortType, Ethernet),
        RadiusAttribute.Text(RadiusType.CallingStationId, mac),
    ];

    private static string Plain(string mac) => mac.Replace("-", "", StringComparison.Ordinal).ToLowerInvariant();
}
