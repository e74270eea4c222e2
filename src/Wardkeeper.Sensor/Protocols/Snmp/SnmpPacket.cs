namespace Wardkeeper.Sensor.Protocols.Snmp;

/// <summary>Operations by their tags. RFC 3416 section 3; the first trap is RFC 1157's.</summary>
internal enum SnmpOperation : byte
{
    /// <summary>Encrypted, so not known.</summary>
    Hidden = 0,
    Get = 0xA0,
    GetNext = 0xA1,
    Response = 0xA2,
    Set = 0xA3,
    TrapV1 = 0xA4,
    GetBulk = 0xA5,
    Inform = 0xA6,
    Trap = 0xA7,
    Report = 0xA8,
}

/// <summary>One message of any version, as far as it is needed: spans into the datagram.</summary>
internal ref struct SnmpPacket
{
    /// <summary>As on the wire: 0 is version 1, 1 is version 2c, 3 is version 3.</summary>
    public byte Version { get; private set; }

    /// <summary>Community of versions 1 and 2c.</summary>
    public ReadOnlySpan<byte> Community { get; private set; }

    /// <summary>Authoritative engine of version 3; empty in the discovery of it.</summary>
    public ReadOnlySpan<byte> EngineId { get; private set; }

    /// <summary>User of version 3; empty in the discovery of an engine.</summary>
    public ReadOnlySpan<byte> UserName { get; private set; }

    /// <summary>Seconds since the authoritative engine started; 0 in the discovery of it. RFC 3414, 2.2.</summary>
    public long EngineTime { get; private set; }

    /// <summary>Whether version 3 encrypts.</summary>
    public bool IsEncrypted { get; private set; }

    /// <summary>Whether version 3 authenticates.</summary>
    public bool IsAuthenticated { get; private set; }

    /// <summary>What is done.</summary>
    public SnmpOperation Operation { get; private set; }

    /// <summary>Kind of the device that sends a version 1 trap: an object identifier's content.</summary>
    public ReadOnlySpan<byte> Enterprise { get; private set; }

    /// <summary>Generic number of a version 1 trap: 0 cold start … 5, 6 is the maker's own.</summary>
    public long GenericTrap { get; private set; }

    /// <summary>The list of variables, unread.</summary>
    public ReadOnlySpan<byte> Bindings { get; private set; }

    /// <summary>Whether it is SNMP beyond doubt although something inside is wrong: outer length, version, and what follows them fit.</summary>
    public bool IsSnmp { get; private set; }

    /// <summary>Whether an agent says it, not a manager.</summary>
    public readonly bool IsFromAgent => Operation is SnmpOperation.Response or SnmpOperation.Report or SnmpOperation.Trap or SnmpOperation.TrapV1;

    /// <summary>Reads one datagram; null means that it is right as far as it was captured.</summary>
    public static Fault? Read(ReadOnlySpan<byte> datagram, bool truncated, out SnmpPacket packet)
    {
        packet = default;
        if (!BerReader.TryHeader(datagram, out byte tag, out int header, out long length) || tag != BerReader.Sequence) return SnmpFaults.NoMessage;
        if (truncated ? length < datagram.Length - header : length != datagram.Length - header) return SnmpFaults.NoMessage;
        BerReader reader = new(datagram[header..]);
        if (!reader.TryTakeInteger(out long version)) return SnmpFaults.NoMessage;
        if (version is not (0 or 1 or 3)) return SnmpFaults.Version;
        packet.Version = (byte)version;
        return version == 3 ? packet.ReadV3(reader) : packet.ReadCommunity(reader);
    }

    /// <summary>Takes the next variable off the list.</summary>
    public static Fault? Next(ref BerReader bindings, out ReadOnlySpan<byte> name, out byte tag, out ReadOnlySpan<byte> value)
    {
        name = value = default;
        tag = 0;
        if (!bindings.TryTake(BerReader.Sequence, out ReadOnlySpan<byte> binding)) return SnmpFaults.Binding;
        BerReader pair = new(binding);
        return pair.TryTake(BerReader.ObjectId, out name) && pair.TryTake(out tag, out value) ? null : SnmpFaults.Binding;
    }

    private Fault? ReadCommunity(BerReader reader)
    {
        if (!reader.TryTake(BerReader.OctetString, out ReadOnlySpan<byte> community)) return SnmpFaults.NoMessage;
        Community = community;
        return ReadPdu(reader);
    }

    private Fault? ReadV3(BerReader reader)
    {
        if (!reader.TryTake(BerReader.Sequence, out ReadOnlySpan<byte> global) || !reader.TryTake(BerReader.OctetString, out ReadOnlySpan<byte> security)) return SnmpFaults.Header;
        BerReader fields = new(global);
        if (!fields.TryTakeInteger(out _) || !fields.TryTakeInteger(out _) || !fields.TryTake(BerReader.OctetString, out ReadOnlySpan<byte> flags) || flags.Length != 1) return SnmpFaults.Header;
        if (!fields.TryTakeInteger(out long model)) return SnmpFaults.Header;
        IsSnmp = true;
        (IsAuthenticated, IsEncrypted) = ((flags[0] & 1) != 0, (flags[0] & 2) != 0);
        // Only the user-based model (3) has its parameters in this form; others are left unread.
        if (model == 3)
        {
            BerReader outer = new(security);
            if (!outer.TryTake(BerReader.Sequence, out ReadOnlySpan<byte> parameters)) return SnmpFaults.Header;
            BerReader inner = new(parameters);
            if (!inner.TryTake(BerReader.OctetString, out ReadOnlySpan<byte> engine) || engine.Length > 32) return SnmpFaults.Header;
            EngineId = engine;
            if (!inner.TryTakeInteger(out _) || !inner.TryTakeInteger(out long time) || !inner.TryTake(BerReader.OctetString, out ReadOnlySpan<byte> user) || user.Length > 32) return SnmpFaults.Header;
            EngineTime = time;
            UserName = user;
        }
        if (IsEncrypted) return reader.TryTake(BerReader.OctetString, out _) ? null : SnmpFaults.Header;
        if (!reader.TryTake(BerReader.Sequence, out ReadOnlySpan<byte> scoped)) return SnmpFaults.Header;
        BerReader scope = new(scoped);
        if (!scope.TryTake(BerReader.OctetString, out _) || !scope.TryTake(BerReader.OctetString, out _)) return SnmpFaults.Header;
        return ReadPdu(scope);
    }

    private Fault? ReadPdu(BerReader reader)
    {
        if (!BerReader.TryHeader(reader.Rest, out byte tag, out _, out _) || tag is < 0xA0 or > 0xA8) return SnmpFaults.Pdu;
        Operation = (SnmpOperation)tag;
        IsSnmp = true;
        if (!reader.TryTake(out _, out ReadOnlySpan<byte> content)) return SnmpFaults.Pdu;
        BerReader fields = new(content);
        if (Operation == SnmpOperation.TrapV1)
        {
            if (Version != 0 || !fields.TryTake(BerReader.ObjectId, out ReadOnlySpan<byte> enterprise) || !fields.TryTake(BerReader.IpAddress, out _)) return SnmpFaults.Pdu;
            if (!fields.TryTakeInteger(out long generic) || !fields.TryTakeInteger(out _) || !fields.TryTake(BerReader.TimeTicks, out _)) return SnmpFaults.Pdu;
            Enterprise = enterprise;
            GenericTrap = generic;
        }
        // Request number, then error status and index, which GetBulk uses for its own two numbers.
        else if (!fields.TryTakeInteger(out _) || !fields.TryTakeInteger(out _) || !fields.TryTakeInteger(out _))
        {
            return SnmpFaults.Pdu;
        }
        if (!fields.TryTake(BerReader.Sequence, out ReadOnlySpan<byte> bindings)) return SnmpFaults.Pdu;
        Bindings = bindings;
        return null;
    }
}
