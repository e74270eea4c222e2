using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Snmp;

/// <summary>What one flow's messages amount to.</summary>
internal sealed class SnmpSums
{
    /// <summary>Capture time after which a flow that does not end is summed up and begun anew.</summary>
    private static readonly TimeSpan Long = TimeSpan.FromHours(1);

    private static readonly string[] Versions = ["1", "2c", "", "3"];
    private int gets, bulks, responses, sets, traps, reports;
    private CaptureTime first, last;
    private ByteRange range;
    private byte version;
    private bool hasAny;
    private int? communityLength;
    private string? rule;
    private bool isDefault, hasEncrypted, hasAuthenticated;
    private Side agent;
    private SnmpEngine? engine;
    private CaptureTime? upSince;
    private uint shown;
    private string? user;

    /// <summary>The last sysDescr, or null.</summary>
    public string? DisplayString { get; set; }

    /// <summary>Whether the sums have grown so old that they are handed out before this time counts.</summary>
    public bool IsDue(CaptureTime at) => hasAny && at.Since(first) >= Long;

    /// <summary>Whether the object's value was handed out already.</summary>
    public bool IsShown(int index) => (shown & (1u << index)) != 0;

    /// <summary>Marks the object's value as handed out; false if it was.</summary>
    public bool Shows(int index)
    {
        bool isNew = !IsShown(index);
        shown |= 1u << index;
        return isNew;
    }

    /// <summary>Takes the time since the agent started, in hundredths of a second.</summary>
    public void Up(ReadOnlySpan<byte> ticks, CaptureTime at)
    {
        if (BerReader.TryInteger(ticks, out long hundredths) && hundredths is >= 0 and <= uint.MaxValue) upSince = new CaptureTime(at.Nanoseconds - (hundredths * 10_000_000));
    }

    /// <summary>Counts one message.</summary>
    public void Count(in SnmpPacket packet, in Segment segment)
    {
        if (!hasAny)
        {
            (hasAny, first, version) = (true, segment.At, packet.Version);
            range = segment.Range(0, segment.Bytes.Length);
        }
        last = segment.At;
        if (packet.Version != 3 && communityLength is null)
        {
            communityLength = packet.Community.Length;
            rule = PasswordRules.BrokenBy(packet.Community);
            isDefault = packet.Community.SequenceEqual("public"u8) || packet.Community.SequenceEqual("private"u8);
        }
        hasEncrypted |= packet.IsEncrypted;
        hasAuthenticated |= packet.IsAuthenticated;
        if (packet.IsFromAgent) agent = segment.Side;
        if (engine is null && !packet.EngineId.IsEmpty) engine = SnmpEngine.Read(packet.EngineId);
        if (user is null && !packet.UserName.IsEmpty) user = ShortText.Of(packet.UserName, 32);
        // An agent's own word of how long its engine runs.
        if (packet is { IsFromAgent: true, EngineTime: > 0 and <= int.MaxValue } && upSince is null) upSince = new CaptureTime(segment.At.Nanoseconds - (packet.EngineTime * CaptureTime.PerSecond));
        Tally(packet.Operation);
    }

    /// <summary>The sums as a row; null when nothing was counted.</summary>
    public SnmpFlow? Row() => !hasAny ? null : new SnmpFlow(last, range)
    {
        Began = first,
        Duration = last.Since(first),
        Version = Versions[version],
        IsDefaultCommunity = communityLength is null ? null : isDefault,
        CommunityRule = rule,
        CommunityLength = communityLength,
        GetRequests = gets,
        GetBulkRequests = bulks,
        GetResponses = responses,
        SetRequests = sets,
        Traps = traps,
        Reports = reports,
        DisplayString = DisplayString,
        UpSince = upSince,
        EngineId = engine?.Id,
        EngineEnterprise = engine?.Enterprise,
        EngineMac = engine?.Mac ?? default,
        EngineIp = engine?.Ip ?? default,
        EngineText = engine?.Text,
        EngineVendor = engine?.Vendor,
        UserName = user,
        SecurityLevel = version != 3 ? null : hasEncrypted ? "authPriv" : hasAuthenticated ? "authNoPriv" : "noAuthNoPriv",
        IsAuthenticated = version == 3 ? hasAuthenticated : null,
        IsEncrypted = version == 3 ? hasEncrypted : null,
        Agent = agent,
    };

    /// <summary>Begins a new row of the same flow.</summary>
    public void Begin()
    {
        (gets, bulks, responses, sets, traps, reports) = (0, 0, 0, 0, 0, 0);
        (hasAny, shown) = (false, 0);
    }

    private void Tally(SnmpOperation operation)
    {
        switch (operation)
        {
            case SnmpOperation.Get or SnmpOperation.GetNext:
                gets++;
                break;
            case SnmpOperation.GetBulk:
                bulks++;
                break;
            case SnmpOperation.Response:
                responses++;
                break;
            case SnmpOperation.Set:
                sets++;
                break;
            case SnmpOperation.Trap or SnmpOperation.TrapV1 or SnmpOperation.Inform:
                traps++;
                break;
            case SnmpOperation.Report:
                reports++;
                break;
        }
    }
}
