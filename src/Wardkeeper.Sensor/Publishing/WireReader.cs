using System.Text;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Publishing;

/// <summary>
/// Reads what <see cref="WireWriter"/> wrote, and anything else without an exception: after the first thing that cannot be, every
/// value is nothing and <see cref="IsBroken"/> says so. Nothing is sized by a length before that many bytes were seen.
/// </summary>
internal ref struct WireReader(ReadOnlySpan<byte> bytes)
{
    private readonly List<string> texts = [];
    private readonly List<Subject> subjects = [];
    private ReadOnlySpan<byte> rest = bytes;

    /// <summary>Whether something could not be.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>Bytes not read yet.</summary>
    public readonly int Left => rest.Length;

    public byte Byte()
    {
        if (rest.IsEmpty) return Break();
        byte value = rest[0];
        rest = rest[1..];
        return value;
    }

    public ulong Unsigned()
    {
        ulong value = 0;
        for (int shift = 0; shift < 64; shift += 7)
        {
            if (rest.IsEmpty) return Break();
            byte part = rest[0];
            rest = rest[1..];
            if (shift == 63 && part > 1) return Break();
            value |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80) return value;
        }
        return Break();
    }

    /// <summary>A number that may not be larger than <paramref name="most"/>; below 0 no number may be.</summary>
    public int Number(int most)
    {
        ulong value = Unsigned();
        return most >= 0 && value <= (ulong)most ? (int)value : Break();
    }

    /// <summary>How many items follow, each of at least so many bytes.</summary>
    public int Count(int leastBytes) => Number(rest.Length / leastBytes);

    public long Signed()
    {
        ulong value = Unsigned();
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    public ReadOnlySpan<byte> Bytes()
    {
        ulong length = Unsigned();
        // Compared after it was read: it takes bytes of the rest itself.
        if (length > (ulong)rest.Length) Break();
        if (IsBroken) return default;
        ReadOnlySpan<byte> value = rest[..(int)length];
        rest = rest[(int)length..];
        return value;
    }

    public string? Text()
    {
        int number = Number(texts.Count + 1);
        if (number == 0) return null;
        if (number >= 2) return texts[number - 2];
        string text = Encoding.UTF8.GetString(Bytes());
        texts.Add(text);
        return text;
    }

    public string NeededText()
    {
        if (Text() is { } text) return text;
        Break();
        return "";
    }

    public Subject Subject()
    {
        int number = Number(subjects.Count);
        if (number > 0) return subjects[number - 1];
        Subject subject = new(Mac(), Address(), Port());
        subjects.Add(subject);
        return subject;
    }

    public MacAddress Mac()
    {
        ulong value = Unsigned();
        if (value >> 48 != 0) Break();
        return new MacAddress(value);
    }

    public ushort Port() => (ushort)Number(ushort.MaxValue);

    public Address Address()
    {
        int length = Byte();
        if (length == 0) return default;
        if (length is not (4 or 16) || rest.Length < length)
        {
            Break();
            return default;
        }
        Address address = Observations.Address.Read(rest[..length]);
        rest = rest[length..];
        return address;
    }

    /// <summary>Gives up: what follows means nothing.</summary>
    public byte Break()
    {
        IsBroken = true;
        rest = default;
        return 0;
    }
}
