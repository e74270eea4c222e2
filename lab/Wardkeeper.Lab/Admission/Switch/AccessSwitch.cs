using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text;
using Wardkeeper.Lab.Admission.Radius;

namespace Wardkeeper.Lab.Admission.Switch;

/// <summary>
/// An access switch that admits devices by RADIUS: it asks the supplicant at a port who it is (802.1X) and, where there is none, for the MAC address it hears (Service-Type Call-Check), puts the port where the answer says, asks again
/// when the session's time is over, reports sessions, and does what a Disconnect or CoA says. What it is told it hands to its wires; it decides nothing itself.
/// </summary>
internal sealed class AccessSwitch : IAsyncDisposable
{
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);
    private readonly ConcurrentDictionary<string, AccessPort> ports = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<Task, bool> working = new();
    private readonly CancellationTokenSource stop = new();
    private readonly SwitchSettings settings;
    private readonly IPortWires wires;
    private readonly TimeProvider clock;
    private readonly RadiusClient authentication, accounting;
    private readonly SemaphoreSlim places;
    private readonly ChangeRequests changes;
    private readonly Task ticking;
    private readonly List<SwitchEvent> events = [];
    private int sessions, made;

    /// <summary>Switches it on.</summary>
    /// <param name="settings">What it is told.</param>
    /// <param name="wires">What carries it out.</param>
    /// <param name="socket">Makes a UDP socket bound to a port (0 for any) where the switch stands.</param>
    /// <param name="clock">Its clock.</param>
    public AccessSwitch(SwitchSettings settings, IPortWires wires, Func<int, Socket> socket, TimeProvider? clock = null)
    {
        (this.settings, this.wires, this.clock) = (settings, wires, clock ?? TimeProvider.System);
        byte[] secret = Encoding.UTF8.GetBytes(settings.Secret);
        authentication = new(() => socket(0), settings.Authentication, secret, settings.Patience, settings.Tries);
        accounting = new(() => socket(0), settings.Accounting, secret, settings.Patience, settings.Tries);
        Authenticator = new(settings, authentication);
        Reports = new(settings, accounting, this.clock);
        places = new(settings.AtOnce);
        changes = new(settings, socket(settings.ChangePort), this, this.clock);
        ticking = TickAsync();
    }

    /// <summary>Something happened at a port; called while the port is held.</summary>
    public event Action<SwitchEvent>? Happened;

    /// <summary>Its 802.1X authenticator.</summary>
    public Authenticator Authenticator { get; }

    /// <summary>Its accounting.</summary>
    public SwitchReports Reports { get; }

    /// <summary>Everything that happened, in order.</summary>
    public IReadOnlyList<SwitchEvent> Events
    {
        get
        {
            lock (events) return [.. events];
        }
    }

    /// <summary>Questions to which no answer came.</summary>
    public int Unanswered => authentication.Unanswered;

    /// <summary>Sessions that go on.</summary>
    public IReadOnlyList<(string Port, AccessSession Session)> Sessions => [.. ports.Values.Where(port => port.Session is not null).Select(port => (port.Name, port.Session!))];

    /// <summary>A port, made when it is first spoken of.</summary>
    public AccessPort Port(string name) => ports.GetOrAdd(name, key => new AccessPort(key, Interlocked.Increment(ref made)));

    /// <summary>A frame came in at a port: where nobody is let in yet, and it is not quiet, its sender is asked for.</summary>
    public void Heard(string name, string mac)
    {
        AccessPort port = Port(name);
        if (port.Session?.Mac == mac || port.IsAsking || port.QuietUntil > clock.GetUtcNow()) return;
        // Behind a port that a supplicant opened nobody else may sit (host mode single).
        if (port.Session is { Name: not null }) Do(() => HeldAsync(port, () => RefuseAsync(port, mac, TerminateCause.PortError, $"another address, {mac}, behind the port")));
        else Begin(port, mac);
    }

    /// <summary>A supplicant's frame came in at a port: it belongs to the exchange that goes on, or begins one, or takes its leave.</summary>
    public void Heard(string name, Eapol frame)
    {
        if (!Authenticator.IsOn) return;
        AccessPort port = Port(name);
        port.HasSupplicant = true;
        if (port.IsAsking) port.Eapol.Writer.TryWrite(frame);
        else if (frame.Kind == EapolKind.Logoff) Do(() => HeldAsync(port, () => port.Session?.Mac == frame.Mac ? EndAsync(port, TerminateCause.UserRequest, SwitchEventKind.Disconnected, "logoff") : Task.CompletedTask));
        else if (frame.Kind == EapolKind.Start && port.QuietUntil <= clock.GetUtcNow()) Begin(port, frame.Mac);
    }

    /// <summary>The cable was plugged in or the device switched on.</summary>
    public void LinkUp(string name)
    {
        Port(name).QuietUntil = default;
        Tell(new(clock.GetUtcNow(), name, "", SwitchEventKind.LinkUp, null));
    }

    /// <summary>The cable was pulled or the device switched off: its session is over.</summary>
    public void LinkDown(string name)
    {
        AccessPort port = Port(name);
        Do(() => HeldAsync(port, async () =>
        {
            (port.QuietUntil, port.HasSupplicant) = (default, null);
            await EndAsync(port, TerminateCause.LostCarrier, SwitchEventKind.LinkDown, "");
        }));
    }

    /// <summary>Asks again for everybody who is let in, all at once, as a switch does after an administrator's command.</summary>
    public void AskAllAgain()
    {
        foreach ((string name, AccessSession session) in Sessions) AskAgain(Port(name), session);
    }

    /// <summary>Finds sessions by what a Disconnect or CoA names; all that it names must agree.</summary>
    internal IReadOnlyList<AccessPort> Find(RadiusPacket request)
    {
        string? id = request.Text(RadiusType.AcctSessionId), mac = request.Text(RadiusType.CallingStationId) is { } text ? MacText.Of(text) : null, portName = request.Text(RadiusType.NasPortId);
        uint? number = request.Number(RadiusType.NasPort);
        if (id is null && mac is null && portName is null && number is null) return [];
        return [.. ports.Values.Where(port => port.Session is { } session && (id is null || session.Id == id) && (mac is null || session.Mac == mac) && (portName is null || port.Name == portName) && (number is null || port.Number == number))];
    }

    /// <summary>Carries out a Disconnect.</summary>
    internal async Task DisconnectAsync(AccessPort port)
    {
        string mac = port.Session?.Mac ?? "";
        await HeldAsync(port, () => EndAsync(port, TerminateCause.AdminReset, SwitchEventKind.Disconnected, ""));
        if (port.HasSupplicant != true) return;
        Authenticator.Fail(port);
        Begin(port, mac);
    }

    /// <summary>Carries out a CoA: another VLAN, filter or time.</summary>
    /// <returns>Whether it could be done; where not, all is as it was.</returns>
    internal async Task<bool> ChangeAsync(AccessPort port, RadiusPacket request)
    {
        bool isDone = false;
        await HeldAsync(port, async () =>
        {
            if (port.Session is not { } session) return;
            string vlan = request.Vlan ?? session.Vlan;
            string? filter = request.Text(RadiusType.FilterId) ?? session.Filter;
            try
            {
                await wires.ConnectAsync(port.Name, session.Mac, vlan, filter, stop.Token);
            }
            catch (LabException e)
            {
                await wires.ConnectAsync(port.Name, session.Mac, session.Vlan, session.Filter, stop.Token);
                Tell(new(clock.GetUtcNow(), port.Name, session.Mac, SwitchEventKind.Failed, session.Vlan, e.Message));
                return;
            }
            (session.Vlan, session.Filter) = (vlan, filter);
            Time(session, request);
            isDone = true;
            Tell(new(clock.GetUtcNow(), port.Name, session.Mac, SwitchEventKind.Changed, vlan));
        });
        return isDone;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await changes.DisposeAsync();
        await ticking;
        await Task.WhenAll(working.Keys);
        await Reports.DisposeAsync();
        await authentication.DisposeAsync();
        await accounting.DisposeAsync();
        foreach (AccessPort port in ports.Values) port.Dispose();
        places.Dispose();
        stop.Dispose();
    }

    private void Begin(AccessPort port, string mac, AccessSession? over = null)
    {
        if (!port.TryBegin()) return;
        Do(async () =>
        {
            try
            {
                if (over is not null) await HeldAsync(port, () => port.Session == over ? EndAsync(port, TerminateCause.SessionTimeout, SwitchEventKind.Disconnected, "") : Task.CompletedTask);
                await AuthenticateAsync(port, mac);
            }
            finally
            {
                port.End();
            }
        });
    }

    /// <summary>By the supplicant at the port, or, where none was heard since the link came up, by the address.</summary>
    private async Task AuthenticateAsync(AccessPort port, string mac)
    {
        if (!Authenticator.IsOn || port.HasSupplicant == false)
        {
            await AskForAddressAsync(port, mac);
            return;
        }
        EapOutcome outcome = await Authenticator.RunAsync(port, stop.Token);
        if (outcome.Mac is not { } who)
        {
            port.HasSupplicant ??= false;
            if (port.HasSupplicant == false) await AskForAddressAsync(port, mac);
            else await HeldAsync(port, () => RefuseAsync(port, mac, TerminateCause.ReauthenticationFailure, "the supplicant does not answer"));
        }
        else await HeldAsync(port, () => outcome.Answer?.Code switch
        {
            RadiusCode.AccessAccept => AcceptAsync(port, who, outcome.Answer, outcome.Name),
            null when outcome.IsServerSilent => MissAsync(port, who),
            _ => RefuseAsync(port, who, TerminateCause.ReauthenticationFailure, outcome.Answer?.Text(RadiusType.ReplyMessage) ?? "802.1X"),
        });
    }

    private async Task AskForAddressAsync(AccessPort port, string mac)
    {
        const uint CallCheck = 10;
        string name = mac.Replace("-", "", StringComparison.Ordinal).ToLowerInvariant();
        await places.WaitAsync(stop.Token);
        RadiusPacket? answer;
        try
        {
            answer = await authentication.AskAsync(RadiusCode.AccessRequest,
                [
                    RadiusAttribute.Text(RadiusType.UserName, name),
                    RadiusAttribute.Text(RadiusType.UserPassword, name),
                    RadiusAttribute.Number(RadiusType.ServiceType, CallCheck),
                    .. SwitchReports.Place(settings, port, mac),
                    .. port.Session is { } now && now.Mac == mac ? [RadiusAttribute.Text(RadiusType.AcctSessionId, now.Id)] : (RadiusAttribute[])[],
                ], stop.Token);
        }
        finally
        {
            places.Release();
        }
        await HeldAsync(port, () => answer?.Code switch
        {
            RadiusCode.AccessAccept => AcceptAsync(port, mac, answer, null),
            RadiusCode.AccessReject => RefuseAsync(port, mac, TerminateCause.ReauthenticationFailure, answer.Text(RadiusType.ReplyMessage) ?? ""),
            _ => MissAsync(port, mac),
        });
    }

    private async Task AcceptAsync(AccessPort port, string mac, RadiusPacket accept, string? name)
    {
        string vlan = accept.Vlan ?? settings.PortVlan;
        string? filter = accept.Text(RadiusType.FilterId);
        if (port.Session is { } other && other.Mac != mac) await EndAsync(port, TerminateCause.AdminReset, SwitchEventKind.LinkDown, "");
        AccessSession? before = port.Session;
        try
        {
            if (before is null || before.Vlan != vlan || before.Filter != filter) await wires.ConnectAsync(port.Name, mac, vlan, filter, stop.Token);
        }
        catch (LabException e)
        {
            port.QuietUntil = clock.GetUtcNow() + settings.Quiet;
            await EndAsync(port, TerminateCause.NasError, SwitchEventKind.Failed, e.Message);
            return;
        }
        DateTimeOffset at = clock.GetUtcNow();
        AccessSession session = before ?? new AccessSession($"{at.ToUnixTimeSeconds():x8}{Interlocked.Increment(ref sessions):x8}", mac, at) { Vlan = vlan, Before = wires.Count(port.Name) };
        SwitchEventKind kind = before is null ? SwitchEventKind.Admitted : before.Vlan == vlan ? SwitchEventKind.Confirmed : SwitchEventKind.Moved;
        (session.Name, session.Vlan, session.Filter) = (name, vlan, filter);
        session.Classes = [.. accept.Attributes.Where(one => one.Type == RadiusType.Class).Select(one => one.Value)];
        Time(session, accept);
        port.Session = session;
        Tell(new(at, port.Name, mac, kind, vlan, accept.Text(RadiusType.ReplyMessage) ?? ""));
        if (before is null) Reports.Start(port, session);
        else Reports.Interim(port, session, wires.Count(port.Name));
    }

    private async Task RefuseAsync(AccessPort port, string mac, TerminateCause cause, string text)
    {
        port.QuietUntil = clock.GetUtcNow() + settings.Quiet;
        if (port.Session is not null) await EndAsync(port, cause, SwitchEventKind.Refused, text);
        else Tell(new(clock.GetUtcNow(), port.Name, mac, SwitchEventKind.Refused, null, text));
    }

    /// <summary>No answer: who is in stays in and is asked for again; who is not stays out.</summary>
    private Task MissAsync(AccessPort port, string mac)
    {
        port.QuietUntil = clock.GetUtcNow() + settings.Quiet;
        if (port.Session is { } session) session.AskAgain = port.QuietUntil;
        Tell(new(clock.GetUtcNow(), port.Name, mac, SwitchEventKind.Unanswered, port.Session?.Vlan));
        return Task.CompletedTask;
    }

    /// <summary>Ends the session where there is one.</summary>
    private async Task EndAsync(AccessPort port, TerminateCause cause, SwitchEventKind kind, string text)
    {
        if (port.Session is not { } session)
        {
            Tell(new(clock.GetUtcNow(), port.Name, "", kind, null, text));
            return;
        }
        port.Session = null;
        await wires.ConnectAsync(port.Name, session.Mac, null, null, stop.Token);
        Tell(new(clock.GetUtcNow(), port.Name, session.Mac, kind, null, text));
        Reports.Stop(port, session, wires.Count(port.Name), cause);
    }

    private void Time(AccessSession session, RadiusPacket said)
    {
        const uint RadiusRequest = 1;
        DateTimeOffset now = clock.GetUtcNow();
        if (said.Number(RadiusType.SessionTimeout) is { } seconds)
        {
            session.AskAgain = now + TimeSpan.FromSeconds(seconds);
            session.KeepsGoing = said.Number(RadiusType.TerminationAction) == RadiusRequest;
        }
        else if (said.Code == RadiusCode.AccessAccept)
        {
            session.AskAgain = null;
        }
        session.ReportEvery = said.Number(RadiusType.AcctInterimInterval) is { } every ? TimeSpan.FromSeconds(every) : settings.Interim;
        session.ReportNext = session.ReportEvery > TimeSpan.Zero ? now + session.ReportEvery : null;
    }

    private async Task TickAsync()
    {
        try
        {
            while (true)
            {
                await Task.Delay(Tick, clock, stop.Token);
                DateTimeOffset now = clock.GetUtcNow();
                foreach (AccessPort port in ports.Values)
                {
                    if (port.Session is not { } session) continue;
                    if (session.ReportNext <= now)
                    {
                        session.ReportNext = now + session.ReportEvery;
                        Reports.Interim(port, session, wires.Count(port.Name));
                    }
                    if (session.AskAgain <= now) AskAgain(port, session);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // It is switched off.
        }
    }

    private void AskAgain(AccessPort port, AccessSession session)
    {
        if (port.IsAsking) return;
        session.AskAgain = null;
        Begin(port, session.Mac, session.KeepsGoing ? null : session);
    }

    private async Task HeldAsync(AccessPort port, Func<Task> what)
    {
        await port.Gate.WaitAsync(stop.Token);
        try
        {
            await what();
        }
        finally
        {
            port.Gate.Release();
        }
    }

    private void Do(Func<Task> what)
    {
        Task task = Task.Run(async () =>
        {
            try
            {
                await what();
            }
            catch (OperationCanceledException)
            {
                // It is switched off.
            }
        });
        working.TryAdd(task, true);
        task.ContinueWith(done => working.TryRemove(done, out _), TaskScheduler.Default);
    }

    private void Tell(SwitchEvent what)
    {
        lock (events) events.Add(what);
        Happened?.Invoke(what);
    }
}
