using System.Text;

namespace Wardkeeper.Sensor.Protocols.Ssh;

/// <summary>The line by which each side says who it is: <c>SSH-protoversion-softwareversion comments</c>. RFC 4253, 4.2.</summary>
/// <param name="Text">The line without its end.</param>
internal sealed record SshIdentification(string Text)
{
    /// <summary>Longest line, its end included.</summary>
    public const int Longest = 255;

    /// <summary>Systems that name themselves in the comments, or whose name begins the package version there.</summary>
    private static readonly string[] Systems = ["Debian", "Ubuntu", "Raspbian", "FreeBSD", "NetBSD", "OpenBSD", "DragonFly", "Windows", "Solaris"];

    /// <summary>What every identification begins with.</summary>
    public static ReadOnlySpan<byte> Prefix => "SSH-"u8;

    /// <summary>Whether the bytes begin an identification, as far as they have come.</summary>
    public static bool CanBegin(ReadOnlySpan<byte> bytes) =>
        bytes.Length <= Prefix.Length ? Prefix.StartsWith(bytes) : bytes.StartsWith(Prefix) && bytes[4] is >= (byte)'1' and <= (byte)'9' && (bytes.Length < 6 || bytes[5] == '.');

    /// <summary>Reads a line without its end. Some devices send their whole buffer: what follows a NUL, which must not be there, is not text.</summary>
    public static SshIdentification Read(ReadOnlySpan<byte> line)
    {
        int nul = line.IndexOf((byte)0);
        return new(Encoding.UTF8.GetString(nul < 0 ? line : line[..nul]));
    }

    /// <summary>Version of the protocol, for example <c>2.0</c>; null if the line has none.</summary>
    public string? ProtocolVersion => Dash < 0 ? null : Text[4..Dash];

    /// <summary>Software and version, for example <c>OpenSSH_9.2p1</c>.</summary>
    public string? Software
    {
        get
        {
            if (Dash < 0) return null;
            int space = Text.IndexOf(' ', Dash);
            return space < 0 ? Text[(Dash + 1)..] : Text[(Dash + 1)..space];
        }
    }

    /// <summary>What follows the software after a space, for example <c>Debian-2+deb12u2</c>.</summary>
    public string? Comments
    {
        get
        {
            int space = Dash < 0 ? -1 : Text.IndexOf(' ', Dash);
            return space < 0 ? null : Text[(space + 1)..];
        }
    }

    /// <summary>The operating system as far as the line names it; null if it does not.</summary>
    public string? OperatingSystem
    {
        get
        {
            if (Software is { } software && software.Contains("_for_Windows", StringComparison.Ordinal)) return "Windows";
            if (Comments is not { } comments) return null;
            foreach (string system in Systems)
            {
                if (comments.StartsWith(system, StringComparison.OrdinalIgnoreCase)) return comments;
            }
            return null;
        }
    }

    /// <summary>Whether this side speaks version 2; 1.99 means both. RFC 4253, 5.1.</summary>
    public bool SpeaksVersion2 => ProtocolVersion is { } version && (version.StartsWith("2.", StringComparison.Ordinal) || version == "1.99");

    /// <summary>Whether this side speaks version 1.</summary>
    public bool SpeaksVersion1 => ProtocolVersion is { } version && version.StartsWith("1.", StringComparison.Ordinal);

    private int Dash => Text.IndexOf('-', Math.Min(4, Text.Length));

    /// <summary>Offers version and software to signatures.</summary>
    public static void Offer(ReadOnlySpan<byte> line, Observations.Side side, Signatures.Buffers.IBufferSink into)
    {
        ReadOnlySpan<byte> rest = line[Prefix.Length..];
        int dash = rest.IndexOf((byte)'-');
        into.Offer(Signatures.Buffers.BufferName.SshProtocol, side, dash < 0 ? rest : rest[..dash]);
        if (dash >= 0)
        {
            ReadOnlySpan<byte> software = rest[(dash + 1)..];
            int blank = software.IndexOf((byte)' ');
            into.Offer(Signatures.Buffers.BufferName.SshSoftware, side, blank < 0 ? software : software[..blank]);
        }
        into.Complete(side);
    }
}
