using System.Text;

namespace Wardkeeper.Sensor.Content.Files;

/// <summary>Lists a tar archive as it passes (POSIX.1-1988 ustar; lengths of GNU in base 256; of pax headers only that they are none of the members).</summary>
internal sealed class TarReader : IFileReader
{
    private const int Block = 512, MostMembers = 100_000;

    private readonly MemberTally members = new();
    private readonly byte[] held = new byte[Block];
    private int count, zeros;
    private long remaining, padding, unpacked;
    private string name = "";
    private bool isOpen, isOver, isCut;

    /// <inheritdoc/>
    public void Push(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty && !isOver)
        {
            if (remaining + padding > 0 && !isOpen)
            {
                int skip = (int)Math.Min(remaining + padding, bytes.Length);
                long ofData = Math.Min(remaining, skip);
                remaining -= ofData;
                padding -= skip - ofData;
                bytes = bytes[skip..];
                continue;
            }
            int step = Math.Min(Block - count, bytes.Length);
            bytes[..step].CopyTo(held.AsSpan(count));
            count += step;
            bytes = bytes[step..];
            if (count < Block) return;
            count = 0;
            if (isOpen) EndFirstBlock();
            else ReadHeader();
        }
    }

    /// <inheritdoc/>
    public void Lose(long missing)
    {
        isCut = true;
        if (count == 0 && !isOpen && missing <= remaining + padding)
        {
            long ofData = Math.Min(remaining, missing);
            remaining -= ofData;
            padding -= missing - ofData;
        }
        else isOver = true;
    }

    /// <inheritdoc/>
    public IBodyContent? End(bool isBeginning)
    {
        isCut |= isOpen || count > 0 || remaining > 0;
        if (isOpen) members.Add(name, ContentType.Of(held.AsSpan(0, count)));
        return members.Count == 0 ? null : members.Facts("tar", unpacked, isCut);
    }

    private void ReadHeader()
    {
        if (held.AsSpan().IndexOfAnyExcept((byte)0) < 0)
        {
            // Two blocks of zeros end the archive.
            isOver = ++zeros == 2;
            return;
        }
        zeros = 0;
        if (!held.AsSpan(257).StartsWith("ustar"u8) || !TryLength(held.AsSpan(124, 12), out long length) || members.Count >= MostMembers)
        {
            isOver = isCut = true;
            return;
        }
        (remaining, padding) = (length, -length & (Block - 1));
        if (held[156] is not (byte)'0' and not 0 and not (byte)'7')
        {
            // Folders, links and headers of pax and GNU: the first of them have no content, the others are passed over.
            if (held[156] is (byte)'1' or (byte)'2' or (byte)'3' or (byte)'4' or (byte)'5' or (byte)'6') (remaining, padding) = (0, 0);
            return;
        }
        string prefix = Text(held.AsSpan(345, 155));
        name = (prefix.Length > 0 ? prefix + "/" : "") + Text(held.AsSpan(0, 100));
        unpacked += length;
        if (length == 0) members.Add(name, null);
        else isOpen = true;
    }

    /// <summary>The first block of a member tells its type.</summary>
    private void EndFirstBlock()
    {
        int real = (int)Math.Min(remaining, Block);
        members.Add(name, ContentType.Of(held.AsSpan(0, real)));
        remaining -= real;
        padding -= Block - real;
        isOpen = false;
    }

    private static bool TryLength(ReadOnlySpan<byte> field, out long length)
    {
        length = 0;
        if ((field[0] & 0x80) != 0)
        {
            foreach (byte b in field[4..]) length = (length << 8) | b;
            return length is >= 0 and < long.MaxValue / 2;
        }
        foreach (byte b in field.Trim(" \0"u8))
        {
            if (b is < (byte)'0' or > (byte)'7') return false;
            length = (length * 8) + (b - '0');
        }
        return true;
    }

    private static string Text(ReadOnlySpan<byte> field)
    {
        int end = field.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? field : field[..end]);
    }
}
