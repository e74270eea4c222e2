using System.Buffers.Binary;

namespace Wardkeeper.Sensor.Formats.Dicom;

/// <summary>
/// Reads a DICOM file (PS3.10, chapter 7) from bytes that come split anywhere: the preamble, the meta group, the data set. Kept are the
/// beginning up to the end of the meta group, at most <see cref="MaxMeta"/> bytes, and what the data set's reader keeps.
/// </summary>
internal sealed class Part10Reader
{
    /// <summary>Bytes of the preamble, which may hold anything.</summary>
    public const int Preamble = 128;

    /// <summary>Longest preamble, prefix and meta group together.</summary>
    public const int MaxMeta = 16 * 1024;

    private const int Prefix = 4;

    private readonly DataSetReader dataSet;
    private byte[] beginning = [];
    private int held;
    private int parsed;
    private bool isBehindMeta;
    private DataSetFault fault;

    /// <summary>Makes a reader.</summary>
    public Part10Reader() => dataSet = new DataSetReader(Facts);

    /// <summary>What the file says.</summary>
    public DataSetFacts Facts { get; } = new();

    /// <summary>What other kind of file the preamble makes of it; <see cref="PreambleKind.None"/> before it was read.</summary>
    public PreambleKind Face { get; private set; }

    /// <summary>Whether the prefix was found.</summary>
    public bool HasPrefix { get; private set; }

    /// <summary>Begins a file.</summary>
    public void Begin()
    {
        held = parsed = 0;
        isBehindMeta = HasPrefix = false;
        fault = DataSetFault.None;
        Face = PreambleKind.None;
        Facts.Clear();
        dataSet.Reset();
    }

    /// <summary>The next bytes.</summary>
    public void Push(ReadOnlySpan<byte> bytes)
    {
        if (isBehindMeta)
        {
            dataSet.Push(bytes);
            return;
        }
        while (!isBehindMeta && !bytes.IsEmpty)
        {
            if (held == beginning.Length) Array.Resize(ref beginning, Math.Clamp(beginning.Length * 2, 1024, MaxMeta));
            int step = Math.Min(beginning.Length - held, bytes.Length);
            bytes[..step].CopyTo(beginning.AsSpan(held));
            held += step;
            bytes = bytes[step..];
            ReadMeta(isWhole: false);
        }
        if (!bytes.IsEmpty) dataSet.Push(bytes);
    }

    /// <summary>The next bytes were lost.</summary>
    public void Lose(long missing)
    {
        if (!isBehindMeta) BeginDataSet(held, DataSetFault.None);
        dataSet.Lose(missing);
    }

    /// <summary>Ends the file where it is and says what was wrong with it, first of all.</summary>
    public DataSetFault End()
    {
        if (!isBehindMeta) ReadMeta(isWhole: true);
        DataSetFault ofDataSet = dataSet.End();
        return fault == DataSetFault.None ? ofDataSet : fault;
    }

    /// <summary>Reads the beginning as far as it came; the data set begins behind the last element of group 0002.</summary>
    private void ReadMeta(bool isWhole)
    {
        if (parsed == 0 && !FindStart(isWhole)) return;
        while (true)
        {
            ReadOnlySpan<byte> rest = beginning.AsSpan(parsed, held - parsed);
            bool isMeta = rest.Length >= 2 && BinaryPrimitives.ReadUInt16LittleEndian(rest) == 2;
            if (rest.Length >= 2 && !isMeta)
            {
                BeginDataSet(parsed, DataSetFault.None);
                return;
            }
            int size = ElementSize(rest, out int header);
            if (size < 0 || size > MaxMeta - parsed)
            {
                BeginDataSet(held, DataSetFault.Meta);
                return;
            }
            if (size == 0 || size > rest.Length)
            {
                if (isWhole) BeginDataSet(held, rest.IsEmpty ? DataSetFault.None : DataSetFault.Truncated);
                return;
            }
            Facts.Take(new DataElement
            {
                Tag = (2u << 16) | BinaryPrimitives.ReadUInt16LittleEndian(rest[2..]),
                Sequence = 0,
                Depth = 0,
                Value = rest[header..Math.Min(size, header + DataSetReader.MaxValue)],
                IsCut = size - header > DataSetReader.MaxValue,
                IsBigEndian = false,
                CharacterSet = default,
            });
            parsed += size;
        }
    }

    /// <summary>Whether it is known where the meta group begins. A file without preamble and prefix begins with its first element.</summary>
    private bool FindStart(bool isWhole)
    {
        if (held < Preamble + Prefix && !isWhole) return false;
        HasPrefix = held >= Preamble + Prefix && beginning.AsSpan(Preamble, Prefix).SequenceEqual("DICM"u8);
        if (HasPrefix)
        {
            Face = PreambleKinds.Of(beginning.AsSpan(0, Preamble));
            parsed = Preamble + Prefix;
            return true;
        }
        bool isMeta = held >= 8 && beginning[0] == 2 && beginning[1] == 0;
        if (!isMeta) BeginDataSet(0, held < 8 || (beginning[0] != 8 && beginning[1] != 8) ? DataSetFault.Meta : DataSetFault.None);
        return isMeta;
    }

    private void BeginDataSet(int from, DataSetFault why)
    {
        fault = why;
        isBehindMeta = true;
        dataSet.Begin(TransferSyntax.Of(Facts[DicomTag.MediaTransferSyntax]));
        if (why == DataSetFault.None) dataSet.Push(beginning.AsSpan(from, held - from));
        else dataSet.Reset();
    }

    /// <summary>Bytes of a whole element; 0 when more is needed to tell, negative when it cannot be one.</summary>
    private static int ElementSize(ReadOnlySpan<byte> element, out int header)
    {
        header = 8;
        if (element.Length < header) return 0;
        ushort vr = BinaryPrimitives.ReadUInt16BigEndian(element[4..]);
        // Some writers forget that the meta group is explicit.
        bool isImplicit = !ValueRepresentation.AreLetters(vr);
        if (!isImplicit && !ValueRepresentation.HasLongLength(vr)) return header + BinaryPrimitives.ReadUInt16LittleEndian(element[6..]);
        if (!isImplicit) header = 12;
        if (element.Length < header) return 0;
        uint length = BinaryPrimitives.ReadUInt32LittleEndian(element[(header - 4)..]);
        return length > MaxMeta ? -1 : header + (int)length;
    }
}

/// <summary>What a file's preamble makes of it beside a DICOM file. A file with two faces can be run or opened as something else.</summary>
internal enum PreambleKind : byte
{
    /// <summary>Nothing: zeros, or bytes of no known kind.</summary>
    None,

    /// <summary>A TIFF image, for which PS3.10, section 7.1 gives the preamble as an example.</summary>
    Tiff,

    /// <summary>Bytes of no known kind that are not zero.</summary>
    Other,

    /// <summary>A program of Windows or DOS.</summary>
    WindowsProgram,

    /// <summary>A program or library of Linux.</summary>
    LinuxProgram,

    /// <summary>A program of macOS, or a Java class.</summary>
    MacProgram,

    /// <summary>A script that names its interpreter.</summary>
    Script,

    /// <summary>A PDF document.</summary>
    Pdf,

    /// <summary>A ZIP archive, a Java archive or an Office document.</summary>
    Zip,

    /// <summary>An HTML page or another markup document.</summary>
    Markup,
}

/// <summary>Tells preambles apart.</summary>
internal static class PreambleKinds
{
    /// <summary>The kind of a preamble of 128 bytes.</summary>
    public static PreambleKind Of(ReadOnlySpan<byte> preamble) => preamble switch
    {
        [(byte)'M', (byte)'Z', ..] => PreambleKind.WindowsProgram,
        [0x7F, (byte)'E', (byte)'L', (byte)'F', ..] => PreambleKind.LinuxProgram,
        [0xCA, 0xFE, 0xBA, 0xBE or 0xBF, ..] or [0xCE or 0xCF, 0xFA, 0xED, 0xFE, ..] or [0xFE, 0xED, 0xFA, 0xCE or 0xCF, ..] => PreambleKind.MacProgram,
        [(byte)'#', (byte)'!', ..] => PreambleKind.Script,
        [(byte)'P', (byte)'K', 3, 4, ..] => PreambleKind.Zip,
        [(byte)'I', (byte)'I', (byte)'*' or (byte)'+', 0, ..] or [(byte)'M', (byte)'M', 0, (byte)'*' or (byte)'+', ..] => PreambleKind.Tiff,
        _ when preamble.IndexOf("%PDF-"u8) >= 0 => PreambleKind.Pdf,
        _ when preamble.TrimStart(" \t\r\n"u8) is [(byte)'<', (byte)'!' or (byte)'?' or (byte)'h' or (byte)'H' or (byte)'s' or (byte)'S', ..] => PreambleKind.Markup,
        _ => preamble.ContainsAnyExcept((byte)0) ? PreambleKind.Other : PreambleKind.None,
    };

    /// <summary>The kind in a word; null for kinds that hide nothing.</summary>
    public static string? Word(PreambleKind kind) => kind switch
    {
        PreambleKind.WindowsProgram => "windows-program",
        PreambleKind.LinuxProgram => "linux-program",
        PreambleKind.MacProgram => "mac-program",
        PreambleKind.Script => "script",
        PreambleKind.Pdf => "pdf",
        PreambleKind.Zip => "zip",
        PreambleKind.Markup => "markup",
        _ => null,
    };
}
