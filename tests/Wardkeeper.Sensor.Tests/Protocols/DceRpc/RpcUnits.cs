using System.Buffers.Binary;

namespace Wardkeeper.Sensor.Tests.Protocols.DceRpc;

/// <summary>Writes units of DCE/RPC for hand-made conversations.</summary>
internal static class RpcUnits
{
    public static readonly Guid Netlogon = Guid.Parse("12345678-1234-abcd-ef00-01234567cffb"), Mapper = Guid.Parse("e1af8308-5d1f-11c9-91a4-08002b14a0fa"), Services = Guid.Parse("367abb81-9844-35f1-ad32-98f038001003");

    public static byte[] Bind(Guid id) => Unit(11, 1, [0xB8, 0x10, 0xB8, 0x10, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0, .. id.ToByteArray(), 1, 0, 0, 0, .. Guid.Parse("8a885d04-1ceb-11c9-9fe8-08002b104860").ToByteArray(), 2, 0, 0, 0]);

    /// <summary>The answer to one context: 0 accepts it.</summary>
    public static byte[] Accept(string place, byte result)
    {
        byte[] address = [(byte)(place.Length + 1), 0, .. System.Text.Encoding.ASCII.GetBytes(place), 0];
        byte[] padding = new byte[(4 - ((8 + address.Length) % 4)) % 4];
        return Unit(12, 1, [0xB8, 0x10, 0xB8, 0x10, 1, 0, 0, 0, .. address, .. padding, 1, 0, 0, 0, result, 0, 0, 0, .. new byte[20]]);
    }

    public static byte[] Call(byte call, byte number, byte[] arguments) => Unit(0, call, [(byte)arguments.Length, 0, 0, 0, 0, 0, number, 0, .. arguments]);

    public static byte[] Answer(byte call, byte[] results) => Unit(2, call, [(byte)results.Length, 0, 0, 0, 0, 0, 0, 0, .. results]);

    public static byte[] Fault(byte call, uint status)
    {
        byte[] body = new byte[16];
        BinaryPrimitives.WriteUInt32LittleEndian(body.AsSpan(8), status);
        return Unit(3, call, body);
    }

    /// <summary>A text as NDR writes it.</summary>
    public static byte[] Text(string text)
    {
        byte count = (byte)(text.Length + 1);
        byte[] characters = System.Text.Encoding.Unicode.GetBytes(text + "\0");
        return [count, 0, 0, 0, 0, 0, 0, 0, count, 0, 0, 0, .. characters, .. new byte[characters.Length % 4]];
    }

    private static byte[] Unit(byte kind, byte call, byte[] body)
    {
        int length = body.Length + 16;
        return [5, 0, kind, 3, 0x10, 0, 0, 0, (byte)length, (byte)(length >> 8), 0, 0, call, 0, 0, 0, .. body];
    }
}
