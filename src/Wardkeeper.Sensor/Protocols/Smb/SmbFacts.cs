using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Smb;

/// <summary>What both sides of a connection said when they negotiated and logged in.</summary>
internal sealed class SmbFacts
{
    public CaptureTime? Began { get; set; }

    public ByteRange Where { get; set; }

    public string? Dialect { get; set; }

    public List<string> Offered { get; } = [];

    public string? Signing { get; set; }

    public string? SigningAlgorithm { get; set; }

    public string? Cipher { get; set; }

    public string? ClientGuid { get; set; }

    public string? ServerGuid { get; set; }

    public CaptureTime? ServerTime { get; set; }

    public CaptureTime? ServerStart { get; set; }

    public string? ClientOs { get; set; }

    public string? ClientLanManager { get; set; }

    public string? ServerOs { get; set; }

    public string? ServerLanManager { get; set; }

    public string? ServerDomain { get; set; }

    public TextPlace? Places { get; set; }

    public string? Called { get; set; }

    public string? Calling { get; set; }

    /// <summary>User of version 1's log-in without a mechanism.</summary>
    public string? PlainUser { get; set; }

    /// <summary>Whether a row told of it.</summary>
    public bool IsTold { get; set; }

    /// <summary>Whether anything is known that is worth a row.</summary>
    public bool IsWorth => Dialect is not null || ServerOs is not null || ClientOs is not null || Calling is not null;

    /// <summary>The row.</summary>
    public SmbSession Row(CaptureTime at) => new(at, Where)
    {
        Began = Began,
        Dialect = Dialect,
        Offered = Offered.Count == 0 ? null : [.. Offered],
        Signing = Signing,
        SigningAlgorithm = SigningAlgorithm,
        Cipher = Cipher,
        ClientGuid = ClientGuid,
        ServerGuid = ServerGuid,
        ServerTime = ServerTime,
        ServerStart = ServerStart,
        ClientOs = ClientOs,
        ClientLanManager = ClientLanManager,
        ServerOs = ServerOs,
        ServerLanManager = ServerLanManager,
        ServerDomain = ServerDomain,
        Called = Called,
        Calling = Calling,
        Places = Places,
    };
}
