namespace Wardkeeper.Sensor.Protocols.Dhcp;

/// <summary>
/// A message's options by code. Parts of one option are put together wherever they lie (RFC 3396): in the options field and, when
/// option 52 says so, in the fields <c>file</c> and <c>sname</c>.
/// </summary>
internal sealed class DhcpOptions
{
    private const byte Pad = 0, Overload = 52, End = 255;

    /// <summary>Codes remembered in their order.</summary>
    private const int MaxOrder = 128;

    private readonly int[] lengths = new int[256];
    private readonly int[] starts = new int[256];
    private readonly bool[] present = new bool[256];
    private readonly List<byte> order = [];
    private byte[] data = [];

    private DhcpOptions()
    {
    }

    /// <summary>Codes in the order of their first appearance.</summary>
    public IReadOnlyList<byte> Order => order;

    /// <summary>Whether the field <c>file</c> holds options instead of a file name.</summary>
    public bool FileHoldsOptions { get; private set; }

    /// <summary>Whether the field <c>sname</c> holds options instead of a name.</summary>
    public bool NameHoldsOptions { get; private set; }

    /// <summary>What was wrong, or null; options before that are there.</summary>
    public Fault? Fault { get; private set; }

    public bool Has(byte code) => present[code];

    public ReadOnlySpan<byte> this[byte code] => data.AsSpan(starts[code], lengths[code]);

    /// <summary>Collects the options of a message.</summary>
    public static DhcpOptions Read(in BootpHeader header)
    {
        DhcpOptions options = new();
        options.Walk(header.Options, copy: false);
        int overload = options.FindOverload(header.Options);
        options.FileHoldsOptions = (overload & 1) != 0;
        options.NameHoldsOptions = (overload & 2) != 0;
        if (options.FileHoldsOptions) options.Walk(header.File, copy: false);
        if (options.NameHoldsOptions) options.Walk(header.ServerName, copy: false);
        options.Place();
        options.Walk(header.Options, copy: true);
        if (options.FileHoldsOptions) options.Walk(header.File, copy: true);
        if (options.NameHoldsOptions) options.Walk(header.ServerName, copy: true);
        return options;
    }

    /// <summary>Measures the options of one field, or copies them behind what was copied of the same code.</summary>
    private void Walk(ReadOnlySpan<byte> field, bool copy)
    {
        int at = 0;
        while (at < field.Length)
        {
            byte code = field[at++];
            if (code == Pad) continue;
            if (code == End) return;
            if (at >= field.Length || field[at] > field.Length - at - 1)
            {
                Fault ??= DhcpFaults.OptionTruncated;
                return;
            }
            int length = field[at++];
            if (copy)
            {
                field.Slice(at, length).CopyTo(data.AsSpan(starts[code] + lengths[code]));
            }
            else if (!present[code])
            {
                present[code] = true;
                if (order.Count < MaxOrder) order.Add(code);
            }
            lengths[code] += length;
            at += length;
        }
    }

    private void Place()
    {
        int total = 0;
        for (int code = 0; code < 256; code++)
        {
            starts[code] = total;
            total += lengths[code];
            lengths[code] = 0;
        }
        data = new byte[total];
    }

    private int FindOverload(ReadOnlySpan<byte> field)
    {
        if (!present[Overload]) return 0;
        for (int at = 0; at < field.Length && field[at] != End;)
        {
            if (field[at] == Pad)
            {
                at++;
                continue;
            }
            if (field.Length - at < 3) return 0;
            if (field[at] == Overload && field[at + 1] == 1)
            {
                if (field[at + 2] is >= 1 and <= 3) return field[at + 2];
                Fault ??= DhcpFaults.OverloadUnknown;
                return 0;
            }
            at += 2 + field[at + 1];
        }
        return 0;
    }
}
