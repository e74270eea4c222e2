using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Amqp;

/// <summary>The performatives of version 1.0 that open connections and attach to queues.</summary>
internal sealed class AmqpOne
{
    private const int Open = 0x10, Attach = 0x12, Close = 0x18, Init = 0x41, Outcome = 0x44, LongestText = 128;

    private AmqpConnection? connection;
    private bool isTold;

    /// <summary>Takes the body of a frame.</summary>
    public void Take(ReadOnlySpan<byte> body, int channel, Side side, CaptureTime at, ByteRange range, ITransactionSink into)
    {
        if (!AmqpValues.TryPerformative(body, out int code, out ReadOnlySpan<byte> elements)) return;
        SpanReader list = new(elements);
        switch (code)
        {
            case Init or Outcome or Open or Close when !isTold:
                connection ??= new AmqpConnection(at, range) { Began = at, Version = "1.0" };
                OnConnection(code, side, at, ref list, into);
                break;
            case Attach when side == Side.Client:
                AmqpValues.Value(ref list, out _);
                AmqpValues.Value(ref list, out _);
                AmqpValues.Value(ref list, out byte role);
                AmqpValues.Value(ref list, out _);
                AmqpValues.Value(ref list, out _);
                string? source = Address(ref list), target = Address(ref list);
                into.Emit(new AmqpOperation(at, range) { Method = "attach", FromClient = true, Channel = channel, Queue = role == 0x41 ? source : null, Exchange = role == 0x41 ? null : target });
                break;
        }
    }

    /// <summary>Hands out the connection if it has no row yet.</summary>
    public void End(ITransactionSink into)
    {
        if (connection is not null) into.Emit(connection);
        connection = null;
    }

    /// <summary>Forgets everything.</summary>
    public void Reset()
    {
        connection = null;
        isTold = false;
    }

    /// <summary>The address of a source or target, its first field. Section 3.5.</summary>
    private static string? Address(ref SpanReader list)
    {
        if (list.Remaining == 0) return null;
        SpanReader terminus = new(AmqpValues.Value(ref list, out byte kind));
        if (kind is not (0xC0 or 0xD0)) return null;
        return Text(ref terminus);
    }

    private static string? Text(ref SpanReader list)
    {
        if (list.Remaining == 0) return null;
        ReadOnlySpan<byte> text = AmqpValues.Value(ref list, out byte kind);
        return kind is 0xA1 or 0xB1 or 0xA3 or 0xB3 ? ShortText.Of(text, LongestText) : null;
    }

    private void OnConnection(int code, Side side, CaptureTime at, ref SpanReader list, ITransactionSink into)
    {
        AmqpConnection so = connection! with { At = at };
        switch (code)
        {
            case Init:
                string? mechanism = Text(ref list);
                SaslCredentials shown = SaslCredentials.Of(mechanism, AmqpValues.Value(ref list, out _));
                connection = so with { Mechanism = mechanism, User = shown.User, HasPassword = shown.HasPassword, PasswordRule = shown.PasswordRule };
                return;
            case Outcome:
                int outcome = AmqpValues.Value(ref list, out _) is [var value] ? value : 0;
                connection = so;
                if (outcome != 0) Told(so with { IsOpen = false, ReplyCode = outcome }, into);
                return;
            case Close:
                Told(so with { IsOpen = so.IsOpen ?? false }, into);
                return;
        }
        string? container = Text(ref list), host = Text(ref list);
        for (int i = 0; i < 7 && list.Remaining > 0; i++) AmqpValues.Value(ref list, out _);
        AmqpProperties properties = list.Remaining > 0 ? AmqpValues.Map(AmqpValues.Value(ref list, out _)) : new AmqpProperties();
        if (side == Side.Client) connection = so with { ClientName = container, VirtualHost = host, Client = properties.Product, ClientPlatform = properties.Platform };
        else Told(so with { ServerName = container, Server = properties.Product, ServerPlatform = properties.Platform, IsOpen = true }, into);
    }

    private void Told(AmqpConnection row, ITransactionSink into)
    {
        into.Emit(row);
        connection = null;
        isTold = true;
    }
}
