using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Publishing;

/// <summary>Claims and service sightings as bytes; times and packet numbers as differences from the one before.</summary>
internal static class ObservationCodec
{
    private const byte IsClaim = 1, IsSighting = 2, IsClaimOfBytes = 3;
    private const int LeastBytes = 9;

    private static readonly int LastClaimKind = (int)Enum.GetValues<ClaimKind>().Max();

    public static void Write(WireWriter wire, IReadOnlyList<Observation> observations)
    {
        wire.Unsigned((ulong)observations.Count);
        long at = 0, packet = 0;
        foreach (Observation one in observations)
        {
            wire.Byte(one is Claim stated ? stated.Bytes is null ? IsClaim : IsClaimOfBytes : IsSighting);
            wire.Subject(one.Subject);
            wire.Text(one.Protocol);
            wire.Signed(unchecked(one.At.Nanoseconds - at));
            wire.Text(one.Uid);
            wire.Signed(unchecked(one.Packet - packet));
            (at, packet) = (one.At.Nanoseconds, one.Packet);
            if (one is Claim claim)
            {
                wire.Unsigned((ulong)claim.Kind);
                wire.Text(claim.Value);
                wire.Text(claim.Origin);
                if (claim.Bytes is not { } bytes) continue;
                wire.Byte((byte)bytes.Side);
                wire.Signed(bytes.Start);
                wire.Signed(bytes.Length);
            }
            else if (one is ServiceSighting sighting)
            {
                wire.Byte((byte)sighting.Carrier);
                wire.Unsigned(sighting.Port);
                wire.Text(sighting.Banner);
                wire.Subject(sighting.Client);
            }
            else throw new InvalidOperationException($"Nobody encodes a {one.GetType()}.");
        }
    }

    public static List<Observation> Read(ref WireReader wire)
    {
        List<Observation> observations = [];
        CaptureTime at = default;
        long packet = 0;
        for (int left = wire.Count(LeastBytes); left > 0 && !wire.IsBroken; left--)
        {
            byte kind = wire.Byte();
            Subject subject = wire.Subject();
            string protocol = wire.NeededText();
            at = new CaptureTime(unchecked(at.Nanoseconds + wire.Signed()));
            string? uid = wire.Text();
            packet = unchecked(packet + wire.Signed());
            if (kind is IsClaim or IsClaimOfBytes)
            {
                ClaimKind what = (ClaimKind)wire.Number(LastClaimKind);
                Claim claim = new(subject, what, wire.NeededText(), protocol, at, uid, packet, wire.NeededText());
                observations.Add(kind == IsClaim ? claim : claim with { Bytes = new ByteRange((Side)wire.Number((int)Side.Server), wire.Signed(), wire.Signed()) });
            }
            else if (kind == IsSighting)
            {
                Carrier carrier = (Carrier)wire.Number((int)(Carrier.Tcp | Carrier.Udp | Carrier.Link | Carrier.Icmp | Carrier.Ip | Carrier.Sctp));
                observations.Add(new ServiceSighting(subject, carrier, wire.Port(), protocol, wire.Text(), wire.Subject(), at, uid, packet));
            }
            else wire.Break();
        }
        return observations;
    }
}
