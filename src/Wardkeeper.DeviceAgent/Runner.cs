using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Wardkeeper.DeviceAgent.Attestation;
using Wardkeeper.DeviceAgent.Enrolment;
using Wardkeeper.DeviceAgent.Telemetry;
using Wardkeeper.DeviceProtocol;
using Wardkeeper.DeviceProtocol.Sm;

namespace Wardkeeper.DeviceAgent;

/// <summary>
/// The agent at work: lines are gathered into sealed messages whatever the hub does; one loop renews the certificate, changes keys, proves the device's state and
/// sends. What fails is said once, and tried again after a while. Ends on SIGTERM and SIGINT; SIGHUP asks for a new key and certificate.
/// </summary>
internal sealed class Runner : IDisposable
{
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(60), Farewell = TimeSpan.FromSeconds(30);
    private const int MaxPayload = 60_000;

    private readonly DeviceState state;
    private readonly TimeProvider system;
    private readonly AgentLog log;
    private readonly DeviceClock clock;
    private readonly Enroller enroller;
    private readonly HubKeys keys;
    private readonly TelemetryQueue queue;
    private readonly TelemetrySender sender;
    private readonly MeasurementSource? source;
    private readonly SemaphoreSlim wake = new(0, 1);
    private readonly BackOff backOff = new(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(5)), renewals = new(TimeSpan.FromSeconds(5), TimeSpan.FromHours(1));
    private DateTimeOffset proveAt;
    private volatile bool isRenewalWanted;
    private HubConnection? connection;
    private (X509Certificate2 Certificate, ECDsa Key)? identity;
    private string? lastFault;

    public Runner(DeviceState state, TimeProvider system, AgentLog log, bool isProved)
    {
        (this.state, this.system, this.log) = (state, system, log);
        clock = new DeviceClock(state, system);
        enroller = new Enroller(state, clock, system, log);
        keys = new HubKeys(state, log);
        queue = new TelemetryQueue(state.Store, state.Settings.Settings.Telemetry?.QueueMessages ?? 10);
        sender = new TelemetrySender(queue, log);
        if (state.Settings.Settings.Telemetry is { } telemetry) source = new MeasurementSource(telemetry, log, system);
        proveAt = isProved ? system.GetUtcNow().AddHours(state.Settings.Settings.Attestation?.EveryHours ?? 24) : DateTimeOffset.MinValue;
    }

    /// <summary>Works until it is cancelled, or until the standard input has ended and what came by it was sent.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        using PosixSignalRegistration renew = PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal =>
        {
            signal.Cancel = true;
            isRenewalWanted = true;
            Wake();
        });
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        Task gathering = source is null ? Task.Delay(Timeout.Infinite, stop.Token) : GatherAsync(source, stop.Token);
        Task ended = EndAfterAsync(gathering, stop);
        log.Info(string.Create(CultureInfo.InvariantCulture, $"running; chip: {state.Chip.Description}; {queue.Count} message(s) wait"));
        try
        {
            await WorkAsync(gathering, stop.Token);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Asked to end, or the last messages did not get away in time; they wait on the disk.
        }
        finally
        {
            await stop.CancelAsync();
            await ended;
            SaveFigures();
        }
    }

    public void Dispose()
    {
        Disconnect();
        keys.Dispose();
        wake.Dispose();
    }

    private async Task WorkAsync(Task gathering, CancellationToken cancel)
    {
        while (true)
        {
            TimeSpan wait = Idle;
            try
            {
                while (await StepOrSayAsync(cancel))
                {
                }
                if (lastFault is not null) log.Info("the hub is reached again");
                lastFault = null;
                backOff.Reset();
                if (gathering.IsCompleted && queue.Count == 0) return;
            }
            catch (AgentFault fault)
            {
                if (fault.Outcome is Outcome.Mistake or Outcome.Defect) throw;
                Disconnect();
                wait = backOff.Next(fault.RetryAfter);
                if (fault.Message != lastFault) log.Warn(string.Create(CultureInfo.InvariantCulture, $"{fault.Message}; trying again in {wait.TotalSeconds:F1} s"));
                lastFault = fault.Message;
                // New lines do not shorten a wait that the hub's absence, or its wish, set.
                await WaitForRenewalAsync(wait, cancel);
                continue;
            }
            await wake.WaitAsync(wait, cancel);
        }
    }

    private async Task WaitForRenewalAsync(TimeSpan wait, CancellationToken cancel)
    {
        DateTimeOffset until = system.GetUtcNow() + wait;
        while (!isRenewalWanted && until - system.GetUtcNow() is { Ticks: > 0 } left) await wake.WaitAsync(left, cancel);
    }

    private async Task<bool> StepOrSayAsync(CancellationToken cancel)
    {
        try
        {
            return await StepAsync(cancel);
        }
        catch (CryptographicException failed)
        {
            throw new AgentFault(Outcome.Chip, $"the chip does not sign: {failed.Message}", failed);
        }
    }

    /// <summary>One round; true when there may be more to do at once.</summary>
    private async Task<bool> StepAsync(CancellationToken cancel)
    {
        DateTimeOffset now = system.GetUtcNow();
        if (isRenewalWanted || enroller.IsDue(now)) await RenewAsync(cancel);
        if (state.Settings.Settings.Hub.Service is not { } service) return false;
        try
        {
            clock.Now();
        }
        catch (AgentFault)
        {
            // Perhaps it was ahead before: the hub's clock decides.
            await enroller.RefreshAnchorsAsync(cancel);
        }
        connection ??= await enroller.ConnectAsync(service, cancel);
        identity ??= enroller.OpenCurrent();
        IMessageSigner signer = SignerOf(identity.Value.Certificate, identity.Value.Key);
        HubService hub = new(connection);
        long nanoseconds = (now - DateTimeOffset.UnixEpoch).Ticks * 100;
        await keys.RefreshAsync(hub, signer, nanoseconds, cancel);
        bool isMore = await sender.SendAsync(hub, signer, keys.Writing(nanoseconds), cancel);
        if (isMore) enroller.ForgetPrevious();
        if (state.Settings.Settings.Attestation is not null && now >= proveAt) await ProveAsync(now, cancel);
        return isMore;
    }

    private IMessageSigner SignerOf(X509Certificate2 certificate, ECDsa key)
    {
        EcdsaSigner signer = new(CertificateId.Of(certificate) ?? throw new AgentFault(Outcome.Refused, "this device's certificate does not name its issuer's key"), key);
        return state.Settings.Settings.Hub.Suite == "sm" ? new SmSigner(signer) : signer;
    }

    private async Task RenewAsync(CancellationToken cancel)
    {
        bool isWanted = isRenewalWanted;
        isRenewalWanted = false;
        // The chip may have few places for keys: those that are open are given back.
        Disconnect();
        try
        {
            // A new key has not been certified by the chip yet.
            if (await enroller.EnrolAsync(isWanted && enroller.Identity.Current is not null, cancel)) proveAt = DateTimeOffset.MinValue;
            renewals.Reset();
        }
        catch (AgentFault fault) when (fault.Outcome is not Outcome.Clock and not Outcome.Mistake && enroller.Identity.Current?.NotAfter > system.GetUtcNow())
        {
            // The certificate in use is still good: measurements go on, and the CA is asked again later.
            isRenewalWanted = false;
            log.Warn($"the certificate is not renewed yet: {fault.Message}");
            enroller.Postpone(renewals.Next(fault.RetryAfter));
        }
    }

    /// <summary>The TPM is asked by programs of their own; while this one holds it, only a TPM behind the kernel's resource manager answers them.</summary>
    private async Task ProveAsync(DateTimeOffset now, CancellationToken cancel)
    {
        proveAt = now.AddHours(state.Settings.Settings.Attestation!.EveryHours);
        if (!state.Settings.Settings.Attestation.Tcti.StartsWith("device:", StringComparison.Ordinal))
        {
            log.Warn("this TPM serves one program at a time; the device's state is proved when the agent starts");
            return;
        }
        try
        {
            Attestor.Report(await Attestor.ProveAsync(state.Folder, log, cancel), log);
        }
        catch (AgentFault fault)
        {
            log.Error($"the device's state is not proved: {fault.Message}");
            proveAt = now + backOff.Next(TimeSpan.FromMinutes(5));
        }
    }

    /// <summary>Gathers lines into messages until the source ends.</summary>
    private async Task GatherAsync(MeasurementSource lines, CancellationToken cancel)
    {
        TimeSpan gather = TimeSpan.FromSeconds(state.Settings.Settings.Telemetry!.GatherSeconds);
        await using IAsyncEnumerator<byte[]> reader = lines.ReadAsync(cancel).GetAsyncEnumerator(cancel);
        using MemoryStream message = new();
        Task<bool> next = reader.MoveNextAsync().AsTask();
        while (await next)
        {
            Task full = Task.Delay(gather, system, cancel);
            do
            {
                if (message.Length > 0 && message.Length + reader.Current.Length + 1 > MaxPayload) Take(message);
                message.Write(reader.Current);
                message.WriteByte((byte)'\n');
                next = reader.MoveNextAsync().AsTask();
            }
            while (await Task.WhenAny(next, full) == next && await next);
            Take(message);
        }
    }

    private void Take(MemoryStream message)
    {
        if (message.Length == 0) return;
        queue.Add((system.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * 100, message.ToArray());
        message.SetLength(0);
        Wake();
    }

    /// <summary>The source ended: the rest gets half a minute to be sent.</summary>
    private async Task EndAfterAsync(Task gathering, CancellationTokenSource stop)
    {
        try
        {
            await gathering;
            Wake();
            stop.CancelAfter(Farewell);
        }
        catch (OperationCanceledException)
        {
            // The end was asked for.
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException or System.Net.Sockets.SocketException)
        {
            log.Error($"the source of measurements cannot be read: {failed.Message}");
            await stop.CancelAsync();
        }
    }

    private void Wake()
    {
        try
        {
            if (wake.CurrentCount == 0) wake.Release();
        }
        catch (SemaphoreFullException)
        {
            // Somebody else was quicker.
        }
    }

    private void Disconnect()
    {
        connection?.Dispose();
        identity?.Key.Dispose();
        identity?.Certificate.Dispose();
        (connection, identity) = (null, null);
    }

    private void SaveFigures()
    {
        Figures before = state.Load(Figures.Record, AgentJson.Default.Figures) ?? Figures.None;
        Figures now = new(before.Lines + (source?.Lines ?? 0), before.BadLines + (source?.BadLines ?? 0), before.Sent + sender.Sent, before.Dropped + queue.Dropped, before.Refused + sender.Refused);
        if (now != before) state.Save(Figures.Record, now, AgentJson.Default.Figures);
    }
}
