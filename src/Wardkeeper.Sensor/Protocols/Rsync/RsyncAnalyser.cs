using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Rsync;

/// <summary>The daemon of rsync: greetings, the module that is asked for, the login. What follows is its own binary protocol and is passed by.</summary>
internal sealed class RsyncAnalyser : LineAnalyser, IProtocol
{
    private const int LongestText = 128, MostModules = 32;

    private RsyncSession? row;
    private List<string>? modules;
    private bool wantsName, isChallenged;

    /// <inheritdoc/>
    public static ProtocolInfo Info { get; } = new()
    {
        Name = "rsync",
        Title = "rsync daemon",
        Standard = "rsync, protocol of the daemon",
        Carriers = Carrier.Tcp,
        FirstBytes = FirstBytes.Of((byte)'@'),
        Ports = [873],
        LookAhead = 16,
        MaxHeld = UsualLine + 1,
    };

    private static ReadOnlySpan<byte> Greeting => "@RSYNCD: "u8;

    /// <inheritdoc/>
    public static Match Recognise(in Opening opening)
    {
        ReadOnlySpan<byte> bytes = opening.Any;
        int common = Math.Min(bytes.Length, Greeting.Length);
        if (!bytes[..common].SequenceEqual(Greeting[..common])) return Match.No;
        return bytes.Length <= Greeting.Length ? Match.NeedMore : char.IsAsciiDigit((char)bytes[Greeting.Length]) ? Match.Yes : Match.No;
    }

    /// <inheritdoc/>
    public override void End(FlowEnd how, ITransactionSink into)
    {
        if (row is not null) into.Emit(row with { Modules = modules });
        row = null;
    }

    /// <inheritdoc/>
    public override void Reset()
    {
        base.Reset();
        row = null;
        modules = null;
        wantsName = isChallenged = false;
    }

    /// <inheritdoc/>
    protected override Continuation Take(in Line line, ITransactionSink into)
    {
        if (!line.IsBeginning) return Continuation.Stay;
        ReadOnlySpan<byte> text = line.Bytes;
        row ??= new RsyncSession(line.At, line.Range) { Began = line.At };
        row = row with { At = line.At };
        bool isOfDaemon = text.StartsWith(Greeting);
        if (line.Side == Side.Client)
        {
            if (row.ClientVersion is null)
            {
                if (!isOfDaemon) into.Report(RsyncFaults.NoGreeting);
                row = row with { ClientVersion = isOfDaemon ? Word(text[Greeting.Length..]) : "?" };
                wantsName = true;
            }
            else if (wantsName)
            {
                row = row with { Module = text.IsEmpty || text.SequenceEqual("#list"u8) ? null : Word(text) };
                wantsName = false;
            }
            else if (isChallenged)
            {
                row = row with { User = Word(text) };
                isChallenged = false;
            }
            return Continuation.Stay;
        }
        if (!isOfDaemon)
        {
            if (text.StartsWith("@ERROR"u8)) row = row with { Success = false, Error = ShortText.Of(text[6..].TrimStart(": "u8), LongestText) };
            else if (row is { Module: null, Version: not null } && !wantsName && (modules ??= []).Count < MostModules && Word(text) is { } module) modules.Add(module);
            return Continuation.Stay;
        }
        ReadOnlySpan<byte> word = text[Greeting.Length..];
        if (row.Version is null)
        {
            row = row with { Version = Word(word) };
        }
        else if (word.StartsWith("AUTHREQD"u8))
        {
            row = row with { WantsLogin = true };
            isChallenged = true;
        }
        else if (word.StartsWith("OK"u8))
        {
            row = row with { Success = true };
            End(FlowEnd.Detached, into);
            return Continuation.Done;
        }
        else if (word.StartsWith("EXIT"u8))
        {
            End(FlowEnd.Detached, into);
            return Continuation.Done;
        }
        return Continuation.Stay;
    }

    /// <inheritdoc/>
    protected override void TakeLoss(Side side, long missing, bool isInStep, ITransactionSink into)
    {
        // What the next line answers cannot be told any longer.
        if (side == Side.Client) wantsName = isChallenged = false;
    }

    private static string? Word(ReadOnlySpan<byte> text)
    {
        int end = text.IndexOfAny((byte)' ', (byte)'\t');
        return ShortText.Of(end < 0 ? text : text[..end], LongestText);
    }
}
