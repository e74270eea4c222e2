using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace Wardkeeper.Hub.Response.Points.Radius;

/// <summary>What a switch is asked for (RFC 5176).</summary>
public enum ChangeKind : byte
{
    /// <summary>End the session; the device must ask again.</summary>
    Disconnect = 40,

    /// <summary>Change the session: here always to ask again without ending it.</summary>
    CoA = 43,
}

/// <summary>Whom a switch is asked about.</summary>
/// <param name="Mac">The device's MAC address, lower case with colons.</param>
/// <param name="Session">Acct-Session-Id; null when it is not known.</param>
/// <param name="AskAgain">Vendor attribute that makes the switch ask again, for a CoA.</param>
public sealed record ChangeRequest(string Mac, string? Session, (int Vendor, byte Type, string Value)? AskAgain = null);

/// <summary>A switch's answer.</summary>
/// <param name="IsDone">Whether it did it (ACK).</param>
/// <param name="Cause">Error-Cause of a NAK; 0 without one.</param>
/// <param name="Answered">Whether it answered at all.</param>
public readonly record struct ChangeAnswer(bool IsDone, int Cause, bool Answered)
{
    /// <summary>Nothing came: the switch is off, does not know RFC 5176, is reached on another port, or the secret is wrong.</summary>
    public static ChangeAnswer None => new(false, 0, false);

    /// <summary>The answer in words (RFC 5176, section 3.5).</summary>
    public string Words => IsDone ? "done" : !Answered ? "no answer: the switch is off, does not take RFC 5176 on that port, or its secret is another" : Cause switch
    {
        201 => "residual session context removed",
        202 => "invalid EAP packet",
        401 => "unsupported attribute",
        402 => "missing attribute",
        403 => "NAS identification mismatch",
        404 => "invalid request",
        405 => "unsupported service",
        406 => "unsupported extension",
        407 => "invalid attribute value",
        501 => "administratively prohibited",
        502 => "request not routable",
        503 => "session context not found",
        504 => "session context not removable",
        505 => "other proxy processing error",
        506 => "resources unavailable",
        507 => "request initiated",
        508 => "multiple session selection unsupported",
        _ => $"refused with cause {Cause}",
    };

    /// <summary>Whether the session is not there any more, which a disconnection wants.</summary>
    public bool IsGone => Answered && !IsDone && Cause == 503;
}

/// <summary>
/// Asks switches to end or change a session over UDP (RFC 5176), with Message-Authenticator and Event-Timestamp against forging and replay. Only an answer whose authenticator
/// is right counts; others are as if they had not come.
/// </summary>
public sealed class DynamicAuthorization(TimeProvider clock)
{
    private const int Header = 20, AuthenticatorAt = 4, AuthenticatorBytes = 16, Largest = 4096;
    private const byte CallingStationId = 31, EventTimestamp = 55, AcctSessionId = 44, MessageAuthenticator = 80, VendorSpecific = 26, ErrorCause = 101;

    /// <summary>How often it is sent.</summary>
    public int Tries { get; init; } = 3;

    /// <summary>How long an answer is waited for after each.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Asks, and waits for the answer.</summary>
    public async Task<ChangeAnswer> AskAsync(ChangeKind kind, IPEndPoint nas, string secret, ChangeRequest request, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(nas);
        byte[] key = Encoding.UTF8.GetBytes(secret), packet = Build(kind, RandomNumberGenerator.GetBytes(1)[0], key, request, clock.GetUtcNow());
        using UdpClient client = new(nas.AddressFamily);
        client.Connect(nas);
        for (int i = 0; i < Tries; i++)
        {
            try
            {
                await client.SendAsync(packet, cancel);
                using CancellationTokenSource late = CancellationTokenSource.CreateLinkedTokenSource(cancel);
                late.CancelAfter(Patience);
                while (true)
                {
                    UdpReceiveResult came = await client.ReceiveAsync(late.Token);
                    if (Read(kind, packet, key, came.Buffer) is { } answer) return answer;
                }
            }
            catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
            {
                // Once more.
            }
            catch (SocketException)
            {
                // Its port is closed; it may be starting.
                await Task.Delay(Patience, clock, cancel);
            }
        }
        return ChangeAnswer.None;
    }

    /// <summary>The packet.</summary>
    internal static byte[] Build(ChangeKind kind, byte identifier, byte[] key, ChangeRequest request, DateTimeOffset now)
    {
        List<byte> attributes = [];
        void Add(byte type, ReadOnlySpan<byte> value)
        {
            attributes.Add(type);
            attributes.Add((byte)(value.Length + 2));
            attributes.AddRange(value);
        }
        Span<byte> number = stackalloc byte[4];
        Add(CallingStationId, Encoding.ASCII.GetBytes(request.Mac.Replace(':', '-').ToUpperInvariant()));
        if (request.Session is { Length: > 0 and <= 253 } session) Add(AcctSessionId, Encoding.UTF8.GetBytes(session));
        BinaryPrimitives.WriteUInt32BigEndian(number, (uint)now.ToUnixTimeSeconds());
        Add(EventTimestamp, number);
        if (kind == ChangeKind.CoA && request.AskAgain is { } vendor)
        {
            byte[] value = Encoding.ASCII.GetBytes(vendor.Value);
            BinaryPrimitives.WriteInt32BigEndian(number, vendor.Vendor);
            Add(VendorSpecific, [.. number, vendor.Type, (byte)(value.Length + 2), .. value]);
        }
        int at = Header + attributes.Count + 2;
        Add(MessageAuthenticator, new byte[AuthenticatorBytes]);
        byte[] packet = [(byte)kind, identifier, 0, 0, .. new byte[AuthenticatorBytes], .. attributes];
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(2), (ushort)packet.Length);
#pragma warning disable CA5351 // RADIUS is defined with MD5 (RFC 2865, RFC 5176)
        HMACMD5.HashData(key, packet).CopyTo(packet, at);
        MD5.HashData([.. packet, .. key]).CopyTo(packet, AuthenticatorAt);
#pragma warning restore CA5351 // as above
        return packet;
    }

    /// <summary>What an answer says; null when it is none to this request, or is forged.</summary>
    internal static ChangeAnswer? Read(ChangeKind kind, byte[] sent, byte[] key, byte[] came)
    {
        if (came.Length is < Header or > Largest || came[1] != sent[1] || BinaryPrimitives.ReadUInt16BigEndian(came.AsSpan(2)) is var length && (length < Header || length > came.Length)) return null;
        bool isDone = came[0] == (byte)kind + 1;
        if (!isDone && came[0] != (byte)kind + 2) return null;
        byte[] check = came[..length];
        sent.AsSpan(AuthenticatorAt, AuthenticatorBytes).CopyTo(check.AsSpan(AuthenticatorAt));
#pragma warning disable CA5351 // RADIUS is defined with MD5 (RFC 2865, RFC 5176)
        if (!CryptographicOperations.FixedTimeEquals(MD5.HashData([.. check, .. key]), came.AsSpan(AuthenticatorAt, AuthenticatorBytes))) return null;
        int cause = 0;
        for (int i = Header; i + 2 <= length; i += check[i + 1])
        {
            int size = check[i + 1];
            if (size < 2 || i + size > length) return null;
            if (check[i] == ErrorCause && size == 6) cause = BinaryPrimitives.ReadInt32BigEndian(check.AsSpan(i + 2));
            if (check[i] != MessageAuthenticator) continue;
            if (size != AuthenticatorBytes + 2) return null;
            byte[] told = check[(i + 2)..(i + size)], zeroed = [.. check];
            zeroed.AsSpan(i + 2, AuthenticatorBytes).Clear();
            if (!CryptographicOperations.FixedTimeEquals(HMACMD5.HashData(key, zeroed), told)) return null;
        }
#pragma warning restore CA5351 // as above
        return new ChangeAnswer(isDone, cause, true);
    }
}
