using System.Buffers;
using System.IO.Compression;

namespace Wardkeeper.Sensor.Formats.Dicom;

/// <summary>
/// A deflated data set (PS3.5, annex A.5) while it is packed. It is held until it ends or <see cref="MaxPacked"/> bytes have come, then
/// unpacked at one go, at most <see cref="MaxUnpacked"/> bytes of it: what describes the image stands at the beginning.
/// </summary>
internal sealed class DeflatedBytes
{
    /// <summary>Most packed bytes that are held.</summary>
    public const int MaxPacked = 64 * 1024;

    /// <summary>Most bytes that are unpacked.</summary>
    public const int MaxUnpacked = 1024 * 1024;

    private const int Piece = 8 * 1024;

    private byte[]? held;
    private int count;

    /// <summary>Whether packed bytes are still taken.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>Whether there was more than is unpacked.</summary>
    public bool IsCut { get; private set; }

    /// <summary>Begins.</summary>
    public void Begin()
    {
        Clear();
        IsCut = false;
        IsOpen = true;
    }

    /// <summary>Adds packed bytes; true when no more are held, so that it is time to unpack.</summary>
    public bool Add(ReadOnlySpan<byte> bytes)
    {
        if (!IsOpen) return false;
        held ??= ArrayPool<byte>.Shared.Rent(MaxPacked);
        int step = Math.Min(bytes.Length, MaxPacked - count);
        bytes[..step].CopyTo(held.AsSpan(count));
        count += step;
        return count == MaxPacked;
    }

    /// <summary>Unpacks what came and forgets it.</summary>
    /// <param name="to">Whom to give it to.</param>
    /// <param name="give">Takes a piece.</param>
    /// <param name="isWhole">Whether everything came.</param>
    /// <returns>What was wrong; of a beginning only that it cannot be unpacked at all.</returns>
    public DataSetFault Unpack<T>(T to, Action<T, ReadOnlySpan<byte>> give, bool isWhole)
    {
        IsOpen = false;
        if (held is null || count == 0) return DataSetFault.None;
        byte[] piece = ArrayPool<byte>.Shared.Rent(Piece);
        long unpacked = 0;
        DataSetFault fault = DataSetFault.None;
        using (MemoryStream from = new(held, 0, count, writable: false))
        using (DeflateStream inflate = new(from, CompressionMode.Decompress))
        {
            try
            {
                while (unpacked < MaxUnpacked && inflate.Read(piece, 0, Piece) is > 0 and int read)
                {
                    unpacked += read;
                    give(to, piece.AsSpan(0, read));
                }
                IsCut = unpacked >= MaxUnpacked;
            }
            catch (InvalidDataException)
            {
                // The library knows no other way to say that the bytes end too early or are damaged; what was given before is good.
                if (isWhole || unpacked == 0) fault = DataSetFault.Deflate;
            }
        }
        ArrayPool<byte>.Shared.Return(piece);
        Clear();
        return fault;
    }

    /// <summary>Forgets what came and gives back its memory.</summary>
    public void Clear()
    {
        if (held is not null) ArrayPool<byte>.Shared.Return(held);
        held = null;
        count = 0;
        IsOpen = false;
    }
}
