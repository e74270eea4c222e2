using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Hl7;

/// <summary>
/// One side's messages that wait for their acknowledgement, and the control ids of its latest ones, by which a resend is known.
/// Both are bounded: beyond that, the oldest message is handed out as not acknowledged.
/// </summary>
internal sealed class AwaitedMessages
{
    /// <summary>Messages that can wait; a sender that does not pipeline has one.</summary>
    public const int MostWaiting = 64;

    /// <summary>Control ids that are remembered.</summary>
    public const int MostRemembered = 64;

    private readonly List<MessageSeen> waiting = [];
    private Remembered[]? recent;
    private int remembered;

    /// <summary>Takes a message, which from now on waits for its acknowledgement or is handed out at once when it asked for none.</summary>
    public void Add(MessageSeen message, ITransactionSink into)
    {
        if (Remember(message)) message = message with { Exchange = message.Exchange with { Repeat = true } };
        if (message.Exchange is { AcceptAckType: "NE", ApplicationAckType: "NE" })
        {
            into.Emit(message.Exchange);
            return;
        }
        if (waiting.Count == MostWaiting)
        {
            into.Emit(waiting[0].Exchange);
            waiting.RemoveAt(0);
        }
        waiting.Add(message);
    }

    /// <summary>Whether an acknowledgement answers a waiting message, the oldest of its control id; that is handed out when nothing more is to come.</summary>
    public bool TryAcknowledge(Acknowledgement acknowledgement, ITransactionSink into)
    {
        int found = -1;
        for (int i = 0; i < waiting.Count; i++)
        {
            if (waiting[i].ControlId != acknowledgement.ControlId) continue;
            if (acknowledgement.IsCommit && waiting[i].Exchange.CommitAck is not null) continue;
            found = i;
            break;
        }
        if (found < 0) return false;
        MessageSeen message = waiting[found];
        message = message with { Exchange = Acknowledged(message, acknowledgement, into.Masker) };
        if (acknowledgement.Code == "CA" && message.Exchange.ApplicationAckType == "AL")
        {
            waiting[found] = message;
            return true;
        }
        waiting.RemoveAt(found);
        into.Emit(message.Exchange);
        return true;
    }

    /// <summary>How a control id that named an earlier message may be shown, if that message's patient stands in it.</summary>
    public MaskedText? Shown(string controlId)
    {
        ulong hash = Hash(controlId);
        for (int i = 0; i < Math.Min(remembered, MostRemembered); i++)
        {
            if (recent![i].Hash == hash) return recent[i].Shown;
        }
        return null;
    }

    /// <summary>Hands out everything that waits.</summary>
    public void EmitAll(ITransactionSink into)
    {
        foreach (MessageSeen message in waiting) into.Emit(message.Exchange);
        waiting.Clear();
    }

    /// <summary>As new.</summary>
    public void Reset()
    {
        waiting.Clear();
        if (recent is not null) Array.Clear(recent);
        remembered = 0;
    }

    private static Hl7Exchange Acknowledged(MessageSeen message, Acknowledgement by, PatientMasker masker)
    {
        Hl7Exchange exchange = message.Exchange;
        CaptureTime sent = exchange.Sent;
        exchange = exchange with
        {
            At = by.At,
            // An application acknowledgement that came on a connection of its own keeps the code it carries.
            Ack = exchange.IsAck ? exchange.Ack : by.Code,
            AckAfter = exchange.IsAck ? null : by.At.Since(sent),
            AckError = by.Error is { } error && !message.Identifiers.Any(id => error.Contains(id, StringComparison.OrdinalIgnoreCase)) ? error : exchange.AckError,
            IsAnswered = true,
            AckMsh3 = by.Application,
            AckMsh4 = by.Facility,
        };
        return by.IsCommit ? exchange with { CommitAck = by.Code, CommitAckAfter = by.At.Since(sent) } : exchange;
    }

    /// <summary>Remembers a control id and tells whether it was there already.</summary>
    private bool Remember(MessageSeen message)
    {
        if (message.ControlId.Length == 0) return false;
        recent ??= new Remembered[MostRemembered];
        ulong hash = Hash(message.ControlId);
        for (int i = 0; i < Math.Min(remembered, MostRemembered); i++)
        {
            if (recent[i].Hash == hash) return true;
        }
        bool telling = message.Exchange.ControlId != PatientMasker.Plain(message.ControlId);
        recent[remembered++ % MostRemembered] = new Remembered(hash, telling ? message.Exchange.ControlId : null);
        if (remembered == 2 * MostRemembered) remembered = MostRemembered;
        return false;
    }

    /// <summary>FNV-1a; the same in every run.</summary>
    private static ulong Hash(string text)
    {
        ulong hash = 14695981039346656037;
        foreach (char value in text) hash = (hash ^ value) * 1099511628211;
        return hash;
    }

    private readonly record struct Remembered(ulong Hash, MaskedText? Shown);
}
