using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Socks;

/// <summary>
/// SOCKS 4, 4a and 5: what a client asks of a proxy, and the answer. Behind it both sides speak something else, which is recognised afresh.
/// Kept per flow is the one request. Passwords are passed by.
/// </summary>
internal sealed class SocksAnalyser : IProtocol
{
    private const int Port = 1080, LongestText = 255;
    private const byte NoMethod = 0xFF, ByPassword = 2, ByGssapi = 1;

    private SocksRequest? request;
    private Step step;
    private CaptureTime lastAt;
    private bool isLost;

    private enum Step : byte
    {
        Greeting,
        Method,
        Password,
        PasswordAnswer,
        Request,
        Answer,
        Answer4,
        SecondAnswer,
        SecondAnswer4,
    }

    /// <inheritdoc/>
    public static ProtocolInfo Info { get; } = new()
    {
        Name = "socks",
        Title = "SOCKS",
        Standard = "RFC 1928, RFC 1929, SOCKS 4 and 4a",
        Carriers = Carrier.Tcp,
        FirstBytes = FirstBytes.Of(4, 5),
        Ports = [Port],
        LookAhead = 300,
        MaxHeld = 2048,
    };

    /// <inheritdoc/>
    public static Match Recognise(in Opening opening)
    {
        if (!opening.FromStart && opening.ServerPort != Port) return Match.No;
        ReadOnlySpan<byte> client = opening.Client, server = opening.Server;
        if (client.IsEmpty || client[0] is not (4 or 5)) return Match.No;
        return client[0] == 5 ? Recognise5(client, server, opening.ServerPort == Port) : Recognise4(client, server, opening.ServerPort == Port);
    }

    /// <inheritdoc/>
    public Progress Consume(in Segment segment, ITransactionSink into)
    {
        ReadOnlySpan<byte> bytes = segment.Bytes;
        if (isLost) return Progress.Done(bytes.Length);
        SpanReader reader = new(bytes);
        bool isClient = segment.Side == Side.Client;
        // What a client sends before it was answered waits, and so does an answer before its question.
        if (isClient != (step is Step.Greeting or Step.Password or Step.Request)) return bytes.Length > 1024 ? Progress.GiveUp(SocksFaults.Unexpected) : new Progress(0, bytes.Length + 1);
        Step before = step;
        lastAt = segment.At;
        bool isRight = step switch
        {
            Step.Greeting => Greeting(ref reader, in segment),
            Step.Method => Method(ref reader),
            Step.Password => Password(ref reader),
            Step.PasswordAnswer => PasswordAnswer(ref reader),
            Step.Request => Request(ref reader),
            Step.Answer or Step.SecondAnswer => Answer(ref reader),
            _ => Answer4(ref reader),
        };
        if (reader.Failed)
        {
            step = before;
            return new Progress(0, bytes.Length + 1);
        }
        if (!isRight) return Progress.GiveUp(SocksFaults.Unexpected);
        if (request!.AuthMethod is "gssapi" or "no acceptable method" || request.AuthSuccess == false)
        {
            return Progress.Done(bytes.Length);
        }
        if (before is not (Step.Answer or Step.Answer4 or Step.SecondAnswer or Step.SecondAnswer4)) return new Progress(reader.Position);
        bool isGranted = request.Status is "succeeded" or "request granted";
        // The second answer to BIND tells that somebody called.
        if (isGranted && request.Command == "bind" && before is Step.Answer or Step.Answer4)
        {
            step = before == Step.Answer ? Step.SecondAnswer : Step.SecondAnswer4;
            return new Progress(reader.Position);
        }
        return isGranted && request.Command != "udp-associate" ? Progress.HandOver(reader.Position) : Progress.Done(bytes.Length);
    }

    /// <inheritdoc/>
    public void Gap(Side side, long missing, ITransactionSink into)
    {
        // Nothing can be told of what follows.
        End(FlowEnd.Detached, into);
        isLost = true;
    }

    /// <inheritdoc/>
    public void End(FlowEnd how, ITransactionSink into)
    {
        if (request is not null) into.Emit(request with { At = lastAt });
        request = null;
    }

    /// <inheritdoc/>
    public void Reset()
    {
        request = null;
        step = Step.Greeting;
        lastAt = default;
        isLost = false;
    }

    private static Match Recognise5(ReadOnlySpan<byte> client, ReadOnlySpan<byte> server, bool isUsual)
    {
        if (client.Length < 2) return Match.NeedMore;
        int methods = client[1];
        if (methods is 0 or > 16) return Match.No;
        for (int i = 2; i < Math.Min(client.Length, 2 + methods); i++)
        {
            if (client[i] is > 9 and < 0x80 or NoMethod || (i > 2 && client[2..i].Contains(client[i]))) return Match.No;
        }
        if (client.Length < 2 + methods) return Match.NeedMore;
        if (server.IsEmpty) return client.Length > 2 + methods ? Match.No : isUsual ? Match.Yes : Match.NeedMore;
        if (server[0] != 5 || (server.Length > 1 && server[1] != NoMethod && !client.Slice(2, methods).Contains(server[1]))) return Match.No;
        return server.Length > 1 ? Match.Yes : Match.NeedMore;
    }

    private static Match Recognise4(ReadOnlySpan<byte> client, ReadOnlySpan<byte> server, bool isUsual)
    {
        if (client.Length > 1 && client[1] is not (1 or 2)) return Match.No;
        if (client.Length < 9) return server.IsEmpty ? Match.NeedMore : Match.No;
        if (client[2..4].SequenceEqual((ReadOnlySpan<byte>)[0, 0]) || client[7] == 0 || client[4] >= 224) return Match.No;
        bool isNamed = client[4] == 0;
        int user = client[8..].IndexOf((byte)0);
        if (user < 0) return client[8..].ContainsAnyExceptInRange((byte)' ', (byte)'~') ? Match.No : Match.NeedMore;
        if (client.Slice(8, user).ContainsAnyExceptInRange((byte)' ', (byte)'~')) return Match.No;
        ReadOnlySpan<byte> rest = client[(9 + user)..];
        if (isNamed)
        {
            int name = rest.IndexOf((byte)0);
            if (name < 0) return Match.NeedMore;
            if (name == 0 || rest[..name].ContainsAnyExceptInRange((byte)'!', (byte)'~')) return Match.No;
            rest = rest[(name + 1)..];
        }
        if (server.IsEmpty) return !rest.IsEmpty ? Match.No : isUsual ? Match.Yes : Match.NeedMore;
        if (server[0] != 0 || (server.Length > 1 && server[1] is < 0x5A or > 0x5D)) return Match.No;
        return server.Length >= 8 ? Match.Yes : Match.NeedMore;
    }

    private bool Greeting(ref SpanReader reader, in Segment segment)
    {
        byte version = reader.U8();
        if (version == 5)
        {
            reader.Take(reader.U8());
            if (reader.Failed) return true;
            request = new SocksRequest(segment.At, segment.Range(0, reader.Position)) { Began = segment.At, Version = 5 };
            step = Step.Method;
            return true;
        }
        byte command = reader.U8();
        int port = reader.U16();
        uint address = reader.U32();
        if (!TryText(ref reader, out string? user)) return true;
        string? name = null;
        // 4a: an address that cannot be stands for a name behind the user.
        bool isNamed = address is > 0 and < 256;
        if (isNamed && !TryText(ref reader, out name)) return true;
        if (version != 4 || CommandName(command) is not { } named) return false;
        request = new SocksRequest(segment.At, segment.Range(0, reader.Position))
        {
            Began = segment.At,
            Version = 4,
            User = user,
            Command = named,
            RequestHost = isNamed ? default : Address.FromV4(address),
            RequestName = name,
            RequestPort = port,
        };
        step = Step.Answer4;
        return true;
    }

    /// <summary>A text with its zero; a missing zero is a short read.</summary>
    private static bool TryText(ref SpanReader reader, out string? text)
    {
        text = null;
        if (!reader.Rest.Contains((byte)0)) reader.Skip(int.MaxValue);
        else text = ShortText.Of(reader.UntilZero(), LongestText);
        return !reader.Failed;
    }

    private bool Method(ref SpanReader reader)
    {
        byte version = reader.U8(), method = reader.U8();
        if (reader.Failed) return true;
        request = request! with { AuthMethod = method switch { 0 => "none", ByGssapi => "gssapi", ByPassword => "password", NoMethod => "no acceptable method", _ => $"method {method}" } };
        step = method == ByPassword ? Step.Password : Step.Request;
        return version == 5;
    }

    private bool Password(ref SpanReader reader)
    {
        byte version = reader.U8();
        ReadOnlySpan<byte> user = reader.Take(reader.U8());
        ReadOnlySpan<byte> password = reader.Take(reader.U8());
        if (reader.Failed) return true;
        string? name = ShortText.Of(user, LongestText);
        request = request! with { User = name, Password = password.IsEmpty ? null : "<hidden>", PasswordRule = PasswordRules.Broken(name, password) };
        step = Step.PasswordAnswer;
        return version == 1;
    }

    private bool PasswordAnswer(ref SpanReader reader)
    {
        reader.U8();
        byte status = reader.U8();
        if (reader.Failed) return true;
        request = request! with { AuthSuccess = status == 0 };
        step = Step.Request;
        return true;
    }

    private bool Request(ref SpanReader reader)
    {
        byte version = reader.U8(), command = reader.U8();
        reader.U8();
        bool isRight = TryEnd(ref reader, out Address address, out string? name, out int port);
        if (reader.Failed) return true;
        request = request! with { Command = CommandName(command), RequestHost = address, RequestName = name, RequestPort = port };
        step = Step.Answer;
        return isRight && version == 5 && request.Command is not null;
    }

    private bool Answer(ref SpanReader reader)
    {
        byte version = reader.U8(), status = reader.U8();
        reader.U8();
        bool isRight = TryEnd(ref reader, out Address address, out string? name, out int port);
        if (reader.Failed) return true;
        request = request! with { Status = StatusName(status), BoundHost = address, BoundName = name, BoundPort = port };
        return isRight && version == 5;
    }

    private bool Answer4(ref SpanReader reader)
    {
        byte zero = reader.U8(), status = reader.U8();
        int port = reader.U16();
        uint address = reader.U32();
        if (reader.Failed) return true;
        request = request! with
        {
            Status = status switch { 0x5A => "request granted", 0x5B => "request rejected or failed", 0x5C => "request rejected because SOCKS server cannot connect to identd on the client", 0x5D => "request rejected because the client program and identd report different user-ids", _ => $"status {status}" },
            BoundHost = address == 0 ? default : Address.FromV4(address),
            BoundPort = port,
        };
        return zero == 0;
    }

    /// <summary>An address or name with a port. RFC 1928, section 5.</summary>
    private static bool TryEnd(ref SpanReader reader, out Address address, out string? name, out int port)
    {
        (address, name, port) = (default, null, 0);
        byte kind = reader.U8();
        if (kind is not (1 or 3 or 4)) return reader.Failed;
        ReadOnlySpan<byte> bytes = reader.Take(kind switch { 1 => 4, 4 => 16, _ => reader.U8() });
        port = reader.U16();
        if (reader.Failed) return true;
        if (kind == 3) name = ShortText.Of(bytes, LongestText);
        else address = Address.Read(bytes);
        return true;
    }

    private static string? CommandName(byte command) => command switch { 1 => "connect", 2 => "bind", 3 => "udp-associate", _ => null };

    private static string StatusName(byte status) => status switch
    {
        0 => "succeeded",
        1 => "general SOCKS server failure",
        2 => "connection not allowed by ruleset",
        3 => "Network unreachable",
        4 => "Host unreachable",
        5 => "Connection refused",
        6 => "TTL expired",
        7 => "Command not supported",
        8 => "Address type not supported",
        _ => $"status {status}",
    };
}
