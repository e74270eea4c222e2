using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Snmp;

/// <summary>All SNMP of one flow (of one hour of it, if it lasts longer), with the fields of Zeek's snmp log; the community is never kept.</summary>
public sealed record SnmpFlow(CaptureTime At, ByteRange Bytes) : Transaction(At, Bytes)
{
    /// <summary>From the first to the last message.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>Version of the first message: <c>1</c>, <c>2c</c> or <c>3</c>.</summary>
    public required string Version { get; init; }

    /// <summary>Whether the first community is one that everybody knows, "public" or "private"; null in version 3.</summary>
    public bool? IsDefaultCommunity { get; init; }

    /// <summary>Rule that the first community breaks: <c>guessable</c> or <c>shorter-than-8</c>; absent when it breaks none, and in version 3.</summary>
    public string? CommunityRule { get; init; }

    /// <summary>Length of the first community in bytes.</summary>
    public long? CommunityLength { get; init; }

    /// <summary>Get and GetNext requests.</summary>
    public required long GetRequests { get; init; }

    /// <summary>GetBulk requests.</summary>
    public required long GetBulkRequests { get; init; }

    /// <summary>Responses, to whatever request.</summary>
    public required long GetResponses { get; init; }

    /// <summary>Set requests: somebody changes a setting.</summary>
    public required long SetRequests { get; init; }

    /// <summary>Traps and informs.</summary>
    public required long Traps { get; init; }

    /// <summary>Reports of version 3.</summary>
    public required long Reports { get; init; }

    /// <summary>sysDescr.0 as last answered.</summary>
    public string? DisplayString { get; init; }

    /// <summary>When the agent started, by its last sysUpTime.0.</summary>
    public CaptureTime? UpSince { get; init; }

    /// <summary>Authoritative engine of version 3 in hexadecimal. RFC 3411 section 5.</summary>
    public string? EngineId { get; init; }

    /// <summary>IANA enterprise number in the engine's identifier.</summary>
    public long? EngineEnterprise { get; init; }

    /// <summary>Hardware address in the engine's identifier, or none.</summary>
    public MacAddress EngineMac { get; init; }

    /// <summary>IP address in the engine's identifier, or none.</summary>
    public Address EngineIp { get; init; }

    /// <summary>Text in the engine's identifier that its administrator chose.</summary>
    public string? EngineText { get; init; }

    /// <summary>Maker by the enterprise number.</summary>
    public string? EngineVendor { get; init; }

    /// <summary>Version 3: the first user who was named.</summary>
    public string? UserName { get; init; }

    /// <summary>Version 3: the best protection of any message, <c>noAuthNoPriv</c>, <c>authNoPriv</c> or <c>authPriv</c>.</summary>
    public string? SecurityLevel { get; init; }

    /// <summary>Version 3: whether any message was authenticated.</summary>
    public bool? IsAuthenticated { get; init; }

    /// <summary>Version 3: whether any message was encrypted.</summary>
    public bool? IsEncrypted { get; init; }

    /// <inheritdoc/>
    public override string Log => "snmp";

    /// <summary>The side on which the agent is.</summary>
    internal Side Agent { get; init; }

    /// <inheritdoc/>
    public override void Write(RowWriter row)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Span("duration"u8, Duration);
        row.Text("version"u8, Version);
        row.Flag("community_default"u8, IsDefaultCommunity);
        row.Text("community_rule"u8, CommunityRule);
        row.Number("community_length"u8, CommunityLength);
        row.Number("get_requests"u8, GetRequests);
        row.Number("get_bulk_requests"u8, GetBulkRequests);
        row.Number("get_responses"u8, GetResponses);
        row.Number("set_requests"u8, SetRequests);
        row.Number("traps"u8, Traps);
        row.Number("reports"u8, Reports);
        row.Text("display_string"u8, DisplayString);
        row.Time("up_since"u8, UpSince);
        row.Text("engine_id"u8, EngineId);
        row.Number("engine_enterprise"u8, EngineEnterprise);
        row.Mac("engine_mac"u8, EngineMac);
        row.Address("engine_ip"u8, EngineIp);
        row.Text("engine_text"u8, EngineText);
        row.Text("engine_vendor"u8, EngineVendor);
        row.Text("user_name"u8, UserName);
        row.Text("security_level"u8, SecurityLevel);
        row.Flag("authenticated"u8, IsAuthenticated);
        row.Flag("encrypted"u8, IsEncrypted);
    }

    /// <inheritdoc/>
    public override void Observe(FlowView flow, ObservationBatch into)
    {
        ArgumentNullException.ThrowIfNull(flow);
        ArgumentNullException.ThrowIfNull(into);
        if (GetResponses + Reports + Traps == 0) return;
        into.Claim(flow.At(Agent), ClaimKind.Role, "snmp-agent", GetResponses + Reports > 0 ? "response" : "trap");
        if (!EngineMac.IsNone && !EngineMac.IsGroup && Agent == Side.Server) into.Claim(flow.Server, ClaimKind.OtherMac, EngineMac.ToString(), "engine id");
        into.Claim(flow.At(Agent), ClaimKind.Vendor, EngineVendor, "engine id");
        into.Claim(flow.At(Agent), ClaimKind.FriendlyName, EngineText, "engine id");
        if (GetResponses + Reports > 0 && Agent == Side.Server) into.Service(DisplayString);
        if (GetResponses > 0) into.WeakPassword(flow.At(Agent), null, CommunityRule, "community");
    }
}

/// <summary>One object in which an agent says what it is, when an answer of a flow first brings it.</summary>
public sealed record SnmpValue(CaptureTime At, ByteRange Bytes) : Transaction(At, Bytes)
{
    /// <summary>Name of the object in its MIB: <c>sysDescr</c>, <c>sysObjectID</c>, <c>sysContact</c>, <c>sysName</c>, <c>sysLocation</c>, <c>entPhysicalSerialNum</c> …</summary>
    public required string ObjectName { get; init; }

    /// <summary>Its value; at most 512 characters.</summary>
    public required string Value { get; init; }

    /// <inheritdoc/>
    public override string Log => "snmp_values";

    /// <summary>The attribute that it states.</summary>
    internal ClaimKind Kind { get; init; }

    /// <inheritdoc/>
    public override void Write(RowWriter row)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Text("object"u8, ObjectName);
        row.Text("value"u8, Value);
    }

    /// <inheritdoc/>
    public override void Observe(FlowView flow, ObservationBatch into)
    {
        ArgumentNullException.ThrowIfNull(flow);
        ArgumentNullException.ThrowIfNull(into);
        into.Claim(flow.At(Bytes.Side), Kind, Value, ObjectName);
    }
}
