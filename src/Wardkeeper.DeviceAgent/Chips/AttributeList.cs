using System.Runtime.InteropServices;
using System.Text;

namespace Wardkeeper.DeviceAgent.Chips;

/// <summary>Attributes of a PKCS#11 object (CK_ATTRIBUTE: type, address, length), handed to a module.</summary>
internal sealed unsafe class AttributeList
{
    private readonly List<(ulong Type, byte[] Value)> entries = [];

    public AttributeList Add(ulong type, bool value) => Add(type, [value ? (byte)1 : (byte)0]);

    public AttributeList Add(ulong type, ulong value) => Add(type, BitConverter.GetBytes(value));

    public AttributeList Add(ulong type, string value) => Add(type, Encoding.UTF8.GetBytes(value));

    public AttributeList Add(ulong type, byte[] value)
    {
        entries.Add((type, value));
        return this;
    }

    /// <summary>The list in native memory until disposed.</summary>
    public Pinned Pin()
    {
        int values = entries.Sum(entry => entry.Value.Length);
        byte* memory = (byte*)NativeMemory.Alloc((nuint)((entries.Count * 24) + values + 1));
        nint* at = (nint*)memory;
        byte* value = memory + (entries.Count * 24);
        foreach ((ulong type, byte[] bytes) in entries)
        {
            bytes.CopyTo(new Span<byte>(value, bytes.Length));
            (at[0], at[1], at[2]) = ((nint)type, (nint)value, bytes.Length);
            at += 3;
            value += bytes.Length;
        }
        return new Pinned(memory, (ulong)entries.Count);
    }

    /// <summary>Native memory that holds the list.</summary>
    internal readonly struct Pinned(byte* memory, ulong count) : IDisposable
    {
        public void* First => memory;

        public ulong Count => count;

        public void Dispose() => NativeMemory.Free(memory);
    }
}
