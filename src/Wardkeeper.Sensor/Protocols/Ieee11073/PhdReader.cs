using System.Buffers.Binary;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Ieee11073;

/// <summary>Reads the content of APDUs into rows. IEEE 11073-20601, annex A: A.8 association, A.10 data, A.11 events and attributes.</summary>
internal static class PhdReader
{
    private const int ProfileList = 0x0A5A, Configuration = 0x0A44, TypeOfObject = 0x092F;
    private const int MostProfiles = 8, MostCodes = 32, MostObjects = 256;

    /// <summary>AARQ: association version, list of protocols with the agent's information.</summary>
    public static PhdExchange Request(ref SpanReader reader, PhdExchange row, out bool isWell)
    {
        reader.Skip(4);
        SpanReader protocols = new(AttributeList.Items(reader.Rest, out int count, out bool isCut));
        for (int i = 0; i < count && !isCut; i++)
        {
            int protocol = protocols.U16();
            SpanReader information = new(protocols.Take(protocols.U16()));
            isCut = protocols.Failed;
            if (protocol == 20601 && !isCut) row = Associated(ref information, row, isAgent: true, out isCut);
        }
        isWell = !isCut;
        return row;
    }

    /// <summary>AARE: result, protocol with the manager's information.</summary>
    public static PhdExchange Response(ref SpanReader reader, PhdExchange row, CaptureTime at, out bool isWell)
    {
        int result = reader.U16();
        reader.Skip(2);
        SpanReader information = new(reader.Take(reader.U16()));
        bool isCut = reader.Failed;
        row = Ended(row, at) with { Status = PhdNames.Outcome(result) };
        // One that refuses need not say more.
        if (!isCut && information.Remaining > 0) row = Associated(ref information, row, isAgent: false, out isCut);
        isWell = !isCut;
        return row;
    }

    /// <summary>ROIV: an event report, or what is asked for.</summary>
    public static PhdExchange Invoke(int choice, ref SpanReader body, PhdExchange row, out bool isWell)
    {
        body.Skip(2);
        switch (choice & 0xFF)
        {
            case 0 or 1:
                body.Skip(4);
                int type = body.U16();
                SpanReader information = new(body.Take(body.U16()));
                row = row with { Kind = PhdNames.Event(type) };
                isWell = !body.Failed;
                return !isWell ? row : type == 0x0D1C ? Described(ref information, row, out isWell) : Counted(type, ref information, row, out isWell);
            case 6 or 7: row = row with { Kind = PhdNames.Action(body.U16()) }; break;
            default: break;
        }
        isWell = !body.Failed;
        return row;
    }

    /// <summary>RORS: the attributes that were asked for, or what became of a configuration.</summary>
    public static PhdExchange Answer(int choice, ref SpanReader body, PhdExchange row, CaptureTime at, out bool isWell)
    {
        row = Ended(row, at) with { Status = "ok" };
        body.Skip(2);
        isWell = true;
        if (choice == 0x0203) row = Attributes(body.Rest, row, out isWell);
        else if (choice == 0x0201 && row.Kind is null or "configuration")
        {
            body.Skip(4);
            int type = body.U16();
            SpanReader reply = new(body.Take(body.U16()));
            if (type == 0x0D1C) row = row with { Kind = "configuration", ConfigId = reply.U16(), Status = PhdNames.Configuration(reply.U16()) };
            isWell = !body.Failed && !reply.Failed;
        }
        return row;
    }

    /// <summary>The row with its end.</summary>
    public static PhdExchange Ended(PhdExchange row, CaptureTime at) => at == row.At ? row : new PhdExchange(at, row.Bytes)
    {
        Began = row.At,
        Operation = row.Operation,
        Kind = row.Kind,
        Agent = row.Agent,
        SystemId = row.SystemId,
        ConfigId = row.ConfigId,
        Profiles = row.Profiles,
        Objects = row.Objects,
        Codes = row.Codes,
        Observations = row.Observations,
        System = row.System,
        Type = row.Type,
    };

    /// <summary>PhdAssociationInformation.</summary>
    private static PhdExchange Associated(ref SpanReader reader, PhdExchange row, bool isAgent, out bool isCut)
    {
        // Protocol version, encoding rules, nomenclature version, functional units, system type.
        reader.Skip(4 + 2 + 4 + 4 + 4);
        ReadOnlySpan<byte> identity = reader.Take(reader.U16());
        int configuration = reader.U16();
        isCut = reader.Failed;
        if (isCut) return row;
        if (!isAgent) return row with { ManagerId = Convert.ToHexStringLower(identity[..Math.Min(identity.Length, 8)]) };
        SystemAttributes system = new();
        system.TakeIdentity(identity);
        return WithProfiles(row with { System = system, SystemId = system.Identity, ConfigId = configuration }, [PhdNames.StandardConfiguration(configuration)]);
    }

    /// <summary>ConfigReport: the objects that the agent has.</summary>
    private static PhdExchange Described(ref SpanReader reader, PhdExchange row, out bool isWell)
    {
        int configuration = reader.U16();
        SpanReader objects = new(AttributeList.Items(reader.Rest, out int count, out bool isCut));
        List<long> codes = [];
        for (int i = 0; i < Math.Min(count, MostObjects) && !isCut; i++)
        {
            objects.Skip(4);
            ReadOnlySpan<byte> list = objects.Rest;
            AttributeList attributes = new(list);
            while (attributes.Next())
            {
                if (attributes.Id == TypeOfObject && attributes.Value.Length == 4 && codes.Count < MostCodes)
                    codes.Add(((long)BinaryPrimitives.ReadUInt16BigEndian(attributes.Value) << 16) | BinaryPrimitives.ReadUInt16BigEndian(attributes.Value[2..]));
            }
            isCut = attributes.IsCut;
            if (!isCut) objects.Skip(4 + AttributeList.Items(list, out _, out _).Length);
        }
        isWell = !isCut && !reader.Failed && !objects.Failed;
        return row with { ConfigId = configuration, Objects = count, Codes = codes.Count == 0 ? null : codes };
    }

    /// <summary>ScanReportInfo of each kind: how many observations there are.</summary>
    private static PhdExchange Counted(int type, ref SpanReader reader, PhdExchange row, out bool isWell)
    {
        isWell = true;
        if (type is not (>= 0x0D1D and <= 0x0D20)) return row;
        reader.Skip(4);
        SpanReader list = new(AttributeList.Items(reader.Rest, out int count, out bool isCut));
        long observations = count;
        if (type is 0x0D1F or 0x0D20)
        {
            // By person: each has an id, which is not read, and its own list.
            observations = 0;
            for (int i = 0; i < Math.Min(count, MostObjects) && !isCut; i++)
            {
                list.Skip(2);
                int length = AttributeList.Items(list.Rest, out int own, out isCut).Length;
                list.Skip(4 + length);
                observations += own;
            }
        }
        isWell = !isCut && !reader.Failed;
        return row with { Observations = observations };
    }

    private static PhdExchange Attributes(ReadOnlySpan<byte> list, PhdExchange row, out bool isWell)
    {
        AttributeList attributes = new(list);
        SystemAttributes system = row.System ?? new SystemAttributes();
        List<int> profiles = [];
        long? configuration = null;
        isWell = true;
        while (attributes.Next())
        {
            if (attributes.Id == ProfileList)
            {
                SpanReader reader = new(AttributeList.Items(attributes.Value, out int count, out bool isCut));
                for (int i = 0; i < Math.Min(count, MostProfiles) && !isCut; i++)
                {
                    profiles.Add(reader.U16());
                    reader.Skip(2);
                }
                isWell &= !isCut && !reader.Failed;
            }
            else if (attributes.Id == Configuration && attributes.Value.Length == 2) configuration = BinaryPrimitives.ReadUInt16BigEndian(attributes.Value);
            else isWell &= system.Take(attributes.Id, attributes.Value);
        }
        isWell &= !attributes.IsCut;
        return WithProfiles(row with
        {
            System = system,
            SystemId = system.Identity,
            ConfigId = configuration,
            Vendor = system.Vendor,
            Model = system.ModelNumber,
            Serial = system.Serial,
            Hardware = system.Hardware,
            Software = system.Software,
            Firmware = system.Firmware,
        }, profiles);
    }

    private static PhdExchange WithProfiles(PhdExchange row, List<int> codes)
    {
        codes.RemoveAll(static code => code == 0);
        return codes.Count == 0 ? row : row with { Profiles = [.. codes.Select(code => PhdNames.Specialisation(code).Name)], Type = codes.Count == 1 ? PhdNames.Specialisation(codes[0]).Type : null };
    }
}
