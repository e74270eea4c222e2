using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.H323;

/// <summary>Reads what the messages of RAS say of terminals. H.225.0, annex H. Pure.</summary>
internal static class RasReader
{
    private const int MostAliases = 8;

    /// <summary>Beginning of the protocol's identifier: its length, 0.0.8.2250.0, before the version.</summary>
    public static ReadOnlySpan<byte> Version => [0x06, 0x00, 0x08, 0x91, 0x4A, 0x00];

    /// <summary>Adds what a request says; <paramref name="isWhole"/> is false when it ends too early.</summary>
    public static RasMessage Request(RasMessage row, int choice, ReadOnlySpan<byte> bytes, out bool isWhole)
    {
        PerReader reader = new(bytes);
        reader.Bits(6);
        reader.Bit();
        row = choice switch
        {
            RasNames.GatekeeperRequest => Discovery(row, ref reader),
            RasNames.RegistrationRequest => Registration(row, ref reader),
            RasNames.AdmissionRequest => Admission(row, ref reader),
            _ => row,
        };
        isWhole = !reader.Failed || row.IsBeyondReading;
        return row;
    }

    /// <summary>Adds what an answer says: which gatekeeper it is.</summary>
    public static RasMessage Answer(RasMessage row, int choice, ReadOnlySpan<byte> bytes)
    {
        if (choice != RasNames.GatekeeperConfirm) return row;
        PerReader reader = new(bytes);
        reader.Bits(7);
        bool hasNonStandard = reader.Bit(), hasName = reader.Bit();
        reader.Number(2);
        reader.Octets();
        if (hasNonStandard) SkipNonStandard(ref reader);
        return hasName ? row with { Gatekeeper = reader.Wide(false) } : row;
    }

    private static RasMessage Discovery(RasMessage row, ref PerReader reader)
    {
        bool hasNonStandard = reader.Bit(), hasGatekeeper = reader.Bit();
        reader.Bit();
        bool hasAlias = reader.Bit();
        reader.Number(2);
        reader.Octets();
        if (hasNonStandard) SkipNonStandard(ref reader);
        Transport(ref reader, out _, out _);
        row = Endpoint(row, ref reader);
        if (row.IsBeyondReading) return row;
        if (hasGatekeeper) row = row with { Gatekeeper = reader.Wide(false) };
        return hasAlias && !reader.Failed ? row with { Aliases = Aliases(ref reader) } : row;
    }

    private static RasMessage Registration(RasMessage row, ref PerReader reader)
    {
        bool hasNonStandard = reader.Bit(), hasAlias = reader.Bit(), hasGatekeeper = reader.Bit();
        reader.Number(2);
        reader.Octets();
        if (hasNonStandard) SkipNonStandard(ref reader);
        reader.Bit();
        int signalling = reader.Length();
        for (int i = 0; i < signalling && !reader.Failed; i++)
        {
            if (Transport(ref reader, out Address ip, out ushort port) && row.SignalPort is null) row = row with { SignalAddress = ip, SignalPort = port };
        }
        int ras = reader.Length();
        for (int i = 0; i < ras && !reader.Failed; i++) Transport(ref reader, out _, out _);
        row = Endpoint(row, ref reader);
        if (row.IsBeyondReading) return row;
        if (hasAlias) row = row with { Aliases = Aliases(ref reader) };
        if (hasGatekeeper) row = row with { Gatekeeper = reader.Wide(false) };
        return Vendor(row, ref reader);
    }

    private static RasMessage Admission(RasMessage row, ref PerReader reader)
    {
        bool hasModel = reader.Bit(), hasDestination = reader.Bit(), hasAddress = reader.Bit(), hasExtra = reader.Bit();
        reader.Bits(3);
        reader.Number(2);
        // What kind of call, and through whom: alternatives without content.
        if (reader.Bit()) return row with { IsBeyondReading = true };
        reader.Bits(2);
        if (hasModel && reader.Bit()) return row with { IsBeyondReading = true };
        if (hasModel) reader.Bits(1);
        reader.Wide(false);
        if (hasDestination) row = row with { Destinations = Aliases(ref reader) };
        if (hasAddress) Transport(ref reader, out _, out _);
        if (hasExtra) Aliases(ref reader);
        return row with { Aliases = Aliases(ref reader) };
    }

    /// <summary>What an endpoint is, and who made it. EndpointType.</summary>
    private static RasMessage Endpoint(RasMessage row, ref PerReader reader)
    {
        bool hasAdditions = reader.Bit(), hasNonStandard = reader.Bit(), hasVendor = reader.Bit(), isGatekeeper = reader.Bit(), isGateway = reader.Bit(), isMcu = reader.Bit(), isTerminal = reader.Bit();
        if (hasNonStandard) SkipNonStandard(ref reader);
        if (hasVendor) row = Vendor(row, ref reader);
        row = row with { EndpointType = isGateway ? "gateway" : isMcu ? "mcu" : isGatekeeper ? "gatekeeper" : isTerminal ? "terminal" : null };
        if (isGatekeeper) SkipPart(ref reader);
        // Which protocols a gateway joins is a long list that says nothing of the device.
        if (isGateway) return row with { IsBeyondReading = true };
        if (isMcu) SkipPart(ref reader);
        if (isTerminal) SkipPart(ref reader);
        reader.Bits(2);
        reader.SkipAdditions(hasAdditions);
        return row;
    }

    private static void SkipPart(ref PerReader reader)
    {
        bool hasAdditions = reader.Bit(), hasNonStandard = reader.Bit();
        if (hasNonStandard) SkipNonStandard(ref reader);
        reader.SkipAdditions(hasAdditions);
    }

    /// <summary>VendorIdentifier: T.35 codes, product and version.</summary>
    private static RasMessage Vendor(RasMessage row, ref PerReader reader)
    {
        bool hasAdditions = reader.Bit(), hasProduct = reader.Bit(), hasVersion = reader.Bit();
        bool hasMore = reader.Bit();
        int country = reader.Number(1), extension = reader.Number(1), maker = reader.Number(2);
        reader.SkipAdditions(hasMore);
        string? product = hasProduct ? reader.Text() : null, version = hasVersion ? reader.Text() : null;
        reader.SkipAdditions(hasAdditions);
        return reader.Failed ? row : row with { VendorCode = $"{country}/{extension}/{maker}", Product = product ?? row.Product, Version = version ?? row.Version };
    }

    /// <summary>Names and numbers of an endpoint. Of kinds that were added later only the length is read.</summary>
    private static List<string> Aliases(ref PerReader reader)
    {
        int count = reader.Length();
        List<string> aliases = [];
        for (int i = 0; i < count && !reader.Failed; i++)
        {
            string? alias = null;
            if (reader.Bit())
            {
                reader.Bits(7);
                reader.Octets();
            }
            else alias = reader.Bit() ? reader.Wide(true) : reader.Dialled();
            if (!string.IsNullOrWhiteSpace(alias) && !reader.Failed && aliases.Count < MostAliases) aliases.Add(alias);
        }
        return aliases;
    }

    /// <summary>An address of IP; of other kinds nothing behind it can be read. TransportAddress.</summary>
    private static bool Transport(ref PerReader reader, out Address ip, out ushort port)
    {
        (ip, port) = (default, 0);
        int kind = reader.Bit() ? -1 : reader.Bits(3);
        if (kind is not (0 or 3))
        {
            reader.Fail();
            return false;
        }
        bool hasAdditions = kind == 3 && reader.Bit();
        ReadOnlySpan<byte> address = reader.Take(kind == 0 ? 4 : 16);
        port = (ushort)reader.Number(2);
        reader.SkipAdditions(hasAdditions);
        if (reader.Failed) return false;
        ip = Address.Read(address);
        return true;
    }

    /// <summary>NonStandardParameter: an object's identifier or T.35 codes, and bytes.</summary>
    private static void SkipNonStandard(ref PerReader reader)
    {
        if (reader.Bit()) reader.Fail();
        if (!reader.Bit()) reader.Octets();
        else
        {
            bool hasMore = reader.Bit();
            reader.Take(4);
            reader.SkipAdditions(hasMore);
        }
        reader.Octets();
    }
}
