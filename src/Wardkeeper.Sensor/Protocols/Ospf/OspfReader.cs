using System.Buffers.Binary;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Ospf;

/// <summary>Reads the header that all packets have and what a hello says (RFC 2328, A.3; RFC 5340, A.3). Pure.</summary>
internal static class OspfReader
{
    private const int MostNeighbours = 16, Identity = 2;

    /// <summary>Reads one packet whose first sixteen bytes are there.</summary>
    /// <param name="bytes">The packet.</param>
    /// <param name="at">When it came.</param>
    /// <param name="range">Where it lies.</param>
    /// <param name="stable">How much of it stays the same while nothing changes.</param>
    /// <param name="fault">What is wrong with it.</param>
    public static OspfStatement Read(ReadOnlySpan<byte> bytes, CaptureTime at, ByteRange range, out int stable, out Fault? fault)
    {
        fault = null;
        bool isSecond = bytes[0] == 2;
        stable = Identity;
        OspfStatement said = new(at, range)
        {
            Version = bytes[0],
            Type = bytes[1] switch { 1 => "hello", 2 => "database-description", 3 => "link-state-request", 4 => "link-state-update", _ => "link-state-acknowledgement" },
            RouterId = Dotted(bytes[4..]),
            Area = Dotted(bytes[8..]),
        };
        SpanReader reader = new(bytes[..Math.Min(bytes.Length, BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]))]);
        reader.Skip(14);
        int kind = reader.U16();
        if (isSecond)
        {
            reader.Skip(8);
            said = said with { Authentication = kind switch { 1 => "text", 2 => "cryptographic", _ => null } };
        }
        if (bytes[1] != 1) return said;
        said = isSecond ? Second(ref reader, said) : Third(ref reader, said);
        List<string> neighbours = [];
        while (reader.Remaining >= 4 && neighbours.Count < MostNeighbours) neighbours.Add(Dotted(reader.Take(4)));
        if (reader.Failed) fault = OspfFaults.Hello;
        // With cryptographic authentication a sequence number counts up in the header's last eight bytes.
        stable = kind == 2 && isSecond ? Identity : reader.Position;
        return said with { Neighbours = neighbours.Count == 0 ? null : neighbours };
    }

    private static OspfStatement Second(ref SpanReader reader, OspfStatement said)
    {
        ReadOnlySpan<byte> mask = reader.Take(4);
        said = said with { NetworkMask = mask.IsEmpty ? null : Dotted(mask), HelloInterval = reader.U16() };
        reader.Skip(1);
        said = said with { Priority = reader.U8(), DeadInterval = reader.U32() };
        return Designated(ref reader, said);
    }

    private static OspfStatement Third(ref SpanReader reader, OspfStatement said)
    {
        reader.Skip(4);
        said = said with { Priority = reader.U8() };
        reader.Skip(3);
        said = said with { HelloInterval = reader.U16(), DeadInterval = reader.U16() };
        return Designated(ref reader, said);
    }

    private static OspfStatement Designated(ref SpanReader reader, OspfStatement said)
    {
        ReadOnlySpan<byte> designated = reader.Take(4), backup = reader.Take(4);
        return reader.Failed ? said : said with { DesignatedRouter = Dotted(designated), BackupDesignatedRouter = Dotted(backup) };
    }

    /// <summary>Routers and areas have numbers that are written like addresses.</summary>
    private static string Dotted(ReadOnlySpan<byte> at) => Address.Read(at[..4]).ToString();
}
