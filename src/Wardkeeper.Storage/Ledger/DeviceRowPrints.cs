using System.Globalization;
using System.Runtime.InteropServices;

namespace Wardkeeper.Storage.Ledger;

/// <summary>
/// Fingerprints of the devices' rows as they were committed, 64 bits each: whether a row would be the same again is known without
/// reading or keeping it. What is written counts only when its transaction held.
/// </summary>
internal sealed class DeviceRowPrints
{
    private const ulong Prime = 0x9E37_79B9_7F4A_7C15;

    private readonly Dictionary<long, ulong> kept = [], written = [];

    /// <summary>Whether a device's row was committed with just these values; when not, they are taken as written now.</summary>
    public bool IsAsWritten(long device, ReadOnlySpan<object?> row)
    {
        ulong print = Of(row);
        if (kept.TryGetValue(device, out ulong before) && before == print) return true;
        written[device] = print;
        return false;
    }

    /// <summary>The transaction held.</summary>
    public void Keep()
    {
        foreach ((long device, ulong print) in written) kept[device] = print;
        written.Clear();
    }

    /// <summary>The transaction did not hold, or another begins.</summary>
    public void Forget() => written.Clear();

    /// <summary>Somebody else wrote a device's row.</summary>
    public void Drop(long device)
    {
        kept.Remove(device);
        written.Remove(device);
    }

    /// <summary>Nothing is known.</summary>
    public void Clear()
    {
        kept.Clear();
        written.Clear();
    }

    private static ulong Of(ReadOnlySpan<object?> row)
    {
        ulong print = (ulong)row.Length;
        foreach (object? value in row)
        {
            print = value switch
            {
                null => Mix(print, 1),
                string text => Text(Mix(print, (ulong)text.Length + 2), text),
                long number => Mix(print, (ulong)number),
                int number => Mix(print, (ulong)number),
                bool yes => Mix(print, yes ? 3UL : 2UL),
                double number => Mix(print, BitConverter.DoubleToUInt64Bits(number)),
                _ => Text(print, Convert.ToString(value, CultureInfo.InvariantCulture) ?? ""),
            };
        }
        return print;
    }

    private static ulong Text(ulong print, string text)
    {
        ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes(text.AsSpan());
        while (bytes.Length >= sizeof(ulong))
        {
            print = Mix(print, MemoryMarshal.Read<ulong>(bytes));
            bytes = bytes[sizeof(ulong)..];
        }
        foreach (byte one in bytes) print = Mix(print, one);
        return print;
    }

    private static ulong Mix(ulong print, ulong value)
    {
        ulong mixed = (print ^ value) * Prime;
        return mixed ^ (mixed >> 29);
    }
}
