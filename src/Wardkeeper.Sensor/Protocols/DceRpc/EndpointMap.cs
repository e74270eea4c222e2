using System.Buffers.Binary;
using System.Globalization;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.DceRpc;

/// <summary>Reads the towers that the endpoint mapper is asked with and answers with: an interface and where it is reached. C706, appendix L.</summary>
internal static class EndpointMap
{
    private const int MostTowers = 8, MostFloors = 8;
    private const byte Interface = 0x0D, TcpFloor = 0x07, UdpFloor = 0x08, IpFloor = 0x09, PipeFloor = 0x0F, HttpFloor = 0x1F;

    /// <summary>The towers in the arguments or results of <c>ept_map</c>; null when there are none.</summary>
    public static List<Tower>? Read(ReadOnlySpan<byte> stub)
    {
        List<Tower>? towers = null;
        for (int at = 0; at + 12 < stub.Length && (towers?.Count ?? 0) < MostTowers; at += 4)
        {
            // Each is an array whose room, of four bytes or of eight, and length are said one after the other.
            uint room = BinaryPrimitives.ReadUInt32LittleEndian(stub[at..]), length = BinaryPrimitives.ReadUInt32LittleEndian(stub[(at + 4)..]);
            int header = 8;
            if (length == 0) (length, header) = (BinaryPrimitives.ReadUInt32LittleEndian(stub[(at + 8)..]), 12);
            if (room != length || length is < 20 or > 512 || length > stub.Length - at - header) continue;
            if (Of(stub.Slice(at + header, (int)length)) is not { } tower) continue;
            (towers ??= []).Add(tower);
            at += header - 4 + (((int)length + 3) & ~3);
        }
        return towers;
    }

    private static Tower? Of(ReadOnlySpan<byte> bytes)
    {
        SpanReader reader = new(bytes);
        int floors = reader.U16Little();
        if (floors is < 3 or > MostFloors) return null;
        Tower tower = default;
        for (int i = 0; i < floors; i++)
        {
            ReadOnlySpan<byte> left = reader.Take(reader.U16Little()), right = reader.Take(reader.U16Little());
            if (reader.Failed || left.IsEmpty) return null;
            if (i == 0)
            {
                if (left[0] != Interface || left.Length < 19) return null;
                tower = tower with { Id = new Guid(left.Slice(1, 16)) };
                continue;
            }
            switch (left[0])
            {
                case TcpFloor or UdpFloor or HttpFloor when right.Length == 2:
                    tower = tower with { Port = BinaryPrimitives.ReadUInt16BigEndian(right), Carrier = left[0] switch { TcpFloor => "tcp", UdpFloor => "udp", _ => "http" } };
                    break;
                case IpFloor when right.Length == 4:
                    tower = tower with { Host = Address.FromV4(BinaryPrimitives.ReadUInt32BigEndian(right)) };
                    break;
                case PipeFloor:
                    tower = tower with { Carrier = "pipe", Pipe = ShortText.Of(right.TrimEnd((byte)0), 64) };
                    break;
                default:
                    break;
            }
        }
        return tower;
    }

    /// <summary>One interface and where it is reached.</summary>
    internal readonly record struct Tower(Guid Id, string? Carrier, ushort Port, Address Host, string? Pipe)
    {
        /// <summary>Interface and place, as <c>netlogon tcp/49676</c>.</summary>
        public string Text => Carrier is null ? RpcInterfaces.Name(Id) : Pipe is not null ? $"{RpcInterfaces.Name(Id)} {Pipe}" : string.Create(CultureInfo.InvariantCulture, $"{RpcInterfaces.Name(Id)} {Carrier}/{Port}");
    }
}
