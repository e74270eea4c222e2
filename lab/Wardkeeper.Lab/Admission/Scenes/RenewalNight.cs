using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.Security;
using Wardkeeper.Lab.Admission.Life;
using Wardkeeper.Lab.Admission.Room;
using Wardkeeper.Lab.Admission.Wires;
using Wardkeeper.Lab.Services;

namespace Wardkeeper.Lab.Admission.Scenes;

/// <summary>
/// A night in which very many devices renew their certificates, each at a minute of the seed's choice, and the issuing authority is replaced in the middle of it; then one device is
/// stolen. Every request is a real one over mutual TLS; only the waiting between them is left out. In the counter-run the old authority does not stay trusted.
/// </summary>
internal sealed class RenewalNight : IWardScene
{
    private const int FirstHour = 22, Minutes = 8 * 60, AtOnce = 4;

    /// <inheritdoc/>
    public string Name => "renewal-night";

    /// <inheritdoc/>
    public string English => "2,000 devices renew in a night while the issuing authority is replaced, none is refused; a stolen one is revoked and out within a minute";

    /// <inheritdoc/>
    public string Chinese => "一夜之间 2000 台设备续期证书，期间更换颁发机构，无一被拒；被盗设备吊销后一分钟内断网";

    /// <inheritdoc/>
    public string Protection => "scene-protection-rollover";

    /// <inheritdoc/>
    public int Devices => 2000;

    /// <inheritdoc/>
    public IReadOnlyList<Requirement> Needs => [];

    /// <inheritdoc/>
    public async Task PlayAsync(SceneStand run, CancellationToken cancel)
    {
        Ward ward = await run.BuildAsync([], [], cancel);
        TrustRoom trust = await TrustRoom.StartAsync(run, ward, cancel);
        using DeviceMaker maker = new();
        EstDevice[] devices = [.. Enumerable.Range(1, run.Devices).Select(number => string.Create(CultureInfo.InvariantCulture, $"RN-{run.Settings.Seed}-{number:00000}")).Select(serial => new EstDevice(serial, maker.Bear(serial), trust.Roots, trust.DialAsync))];
        await trust.ExpectAsync(maker.Root, devices.Select(one => one.Serial), cancel);
        await EnrolAsync(run, devices, cancel);
        string old = devices[0].Issuer;
        await NightAsync(run, trust, devices, old, cancel);
        await ChainsAsync(run, trust, devices, old, cancel);
        await TheftAsync(run, trust, devices.FirstOrDefault(one => one.Issuer != old) ?? devices[0], cancel);
    }

    private static async Task EnrolAsync(SceneStand run, EstDevice[] devices, CancellationToken cancel)
    {
        long began = Stopwatch.GetTimestamp();
        ConcurrentBag<string> against = [];
        await Parallel.ForEachAsync(devices, Parallelism(cancel), async (device, stop) =>
        {
            if (await device.AskAsync(false, stop) is { } why) against.Add($"{device.Serial}: {why}");
        });
        if (!against.IsEmpty) throw new LabException($"{against.Count} of {devices.Length} devices could not enrol; {against.First()}");
        run.Telling.Say("scene-enrolled", devices.Length, devices.Length, SceneTelling.Seconds(Stopwatch.GetElapsedTime(began)));
    }

    private static async Task NightAsync(SceneStand run, TrustRoom trust, EstDevice[] devices, string old, CancellationToken cancel)
    {
        long began = Stopwatch.GetTimestamp();
        Dice dice = run.Dice.For("minutes");
        (EstDevice Device, int Minute)[] night = [.. devices.Select(device => (device, dice.Between(0, Minutes - 1))).OrderBy(one => one.Item2)];
        ConcurrentBag<string> against = [];
        int done = 0;
        Task? rollover = null;
        foreach (IGrouping<int, (EstDevice Device, int Minute)> hour in night.GroupBy(one => one.Minute / 60))
        {
            int before = done, refused = against.Count;
            await Parallel.ForEachAsync(hour, Parallelism(cancel), async (one, stop) =>
            {
                if (await one.Device.AskAsync(true, stop) is { } why) against.Add($"{one.Device.Serial}: {why}");
                // At half of the night the authority is replaced, while devices go on asking.
                if (Interlocked.Increment(ref done) == devices.Length / 2) rollover = trust.RollOverAsync(!run.IsProtected, stop);
            });
            run.Telling.Say("scene-hour", (FirstHour + hour.Key) % 24, done - before - (against.Count - refused), against.Count - refused);
            if (rollover is null) continue;
            if (!rollover.IsCompleted) await rollover;
        }
        await rollover!;
        run.Telling.Say("scene-rolled-over", devices.Length / 2, devices.Length);
        if (!against.IsEmpty) run.Telling.Quote(against.Last());
        int byNew = devices.Count(one => one.Issuer != old);
        run.Telling.Judge(against.IsEmpty && byNew > 0, "scene-judge-renewed", devices.Length - against.Count, devices.Length, SceneTelling.Seconds(Stopwatch.GetElapsedTime(began)), devices.Length - against.Count - byNew, byNew);
    }

    private static async Task ChainsAsync(SceneStand run, TrustRoom trust, EstDevice[] devices, string old, CancellationToken cancel)
    {
        bool isOldIn = await IsLetInAsync(trust, devices.FirstOrDefault(one => one.Issuer == old), cancel), isNewIn = await IsLetInAsync(trust, devices.FirstOrDefault(one => one.Issuer != old), cancel);
        run.Telling.Judge(isOldIn && isNewIn, "scene-judge-chains", isOldIn, isNewIn);
    }

    private static async Task TheftAsync(SceneStand run, TrustRoom trust, EstDevice stolen, CancellationToken cancel)
    {
        await using SslStream? kept = await trust.EnterAsync(stolen.Certificate, cancel);
        if (kept is null)
        {
            // Who is outside already cannot be put out: nothing is shown.
            run.Telling.Judge(false, "scene-judge-cut", "-", run.Settings.Within.TotalSeconds, false);
            return;
        }
        long began = Stopwatch.GetTimestamp();
        await trust.RevokeAsync(stolen.Certificate, cancel);
        bool isCut = await IsCutAsync(kept, run.Settings.Within, cancel);
        TimeSpan after = Stopwatch.GetElapsedTime(began);
        bool isInAgain = await IsLetInAsync(trust, stolen, cancel);
        run.Telling.Judge(isCut && after <= run.Settings.Within && !isInAgain, "scene-judge-cut", isCut ? SceneTelling.Seconds(after) : "-", run.Settings.Within.TotalSeconds, isInAgain);
        string? refused = await stolen.AskAsync(true, cancel);
        run.Telling.Judge(refused is not null, "scene-judge-est-refused", refused ?? "-");
    }

    private static async Task<bool> IsCutAsync(SslStream kept, TimeSpan patience, CancellationToken cancel)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(patience);
        try
        {
            return await kept.ReadAsync(new byte[1], limit.Token) == 0;
        }
        catch (IOException)
        {
            return true;
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return false;
        }
    }

    private static async Task<bool> IsLetInAsync(TrustRoom trust, EstDevice? device, CancellationToken cancel)
    {
        if (device is null) return false;
        await using SslStream? open = await trust.EnterAsync(device.Certificate, cancel);
        return open is not null;
    }

    private static ParallelOptions Parallelism(CancellationToken cancel) => new() { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancel };
}
