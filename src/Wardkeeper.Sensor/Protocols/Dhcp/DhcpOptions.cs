using System.Runtime.InteropServices;

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

    private readonly List<Option> options = new(16);
    private byte[] data = [];

    private DhcpOptions()
    {
    }

    /// <summary>Codes in the order of their first appearance.</summary>
    public IReadOnlyList<byte> Order => [.. options.Take(MaxOrder).Select(option => option.Code)];

    /// <summary>Whether the field <c>file</c> holds options instead of a file name.</summary>
    public bool FileHoldsOptions { get; private set; }

    /// <summary>Whether the field <c>sname</c> holds options instead of a name.</summary>
    public bool NameHoldsOptions { get; private set; }

    /// <summary>What was wrong, or null; options before that are there.</summary>
    public Fault? Fault { get; private set; }

    public bool Has(byte code) => IndexOf(code) >= 0;

    public ReadOnlySpan<byte> this[byte code] => IndexOf(code) is >= 0 and var at ? data.AsSpan(options[at].Start, options[at].Length) : default;

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
            int length = field[at++], known = IndexOf(code);
            if (known < 0)
            {
                known = options.Count;
                options.Add(new Option { Code = code });
            }
            ref Option option = ref CollectionsMarshal.AsSpan(options)[known];
            if (copy) field.Slice(at, length).CopyTo(data.AsSpan(option.Start + option.Length));
            option.Length += length;
            at += length;
        }
    }

    private void Place()
    {
        int total = 0;
        foreach (ref Option option in CollectionsMarshal.AsSpan(options))
        {
            option.Start = total;
            total += option.Length;
            option.Length = 0;
        }
        data = new byte[total];
    }

    /// <summary>Messages have a dozen options or two: going through them is quicker than a table of all codes.</summary>
    private int IndexOf(byte code)
    {
        ReadOnlySpan<Option> all = CollectionsMarshal.AsSpan(options);
        for (int i = 0; i < all.Length; i++)
        {
            if (all[i].Code == code) return i;
        }
        return -1;
    }

    private int FindOverload(ReadOnlySpan<byte> field)
    {
        if (!Has(Overload)) return 0;
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

    /// <summary>One option: where its parts lie together.</summary>
    private struct Option
    {
        public byte Code;
        public int Start, Length;
    }
}
