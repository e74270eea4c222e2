using System.Globalization;
using Wardkeeper.Sensor.Formats.Dicom;

namespace Wardkeeper.Fuzz.Targets;

/// <summary>
/// The reader of DICOM data sets, or with <paramref name="isFile"/> that of whole files. Records are pieces: a control byte (bits 0
/// to 2 of the first the syntax, bit 3 lost) and the bytes. The same pieces are read again byte by byte and must give the same.
/// </summary>
internal sealed class DataSetTarget(bool isFile) : IFuzzTarget
{
    private const int IsLost = 8;
    private static readonly TransferSyntax?[] Syntaxes = [null, TransferSyntax.Implicit, TransferSyntax.Explicit, new TransferSyntax(true, IsBigEndian: true), new TransferSyntax(true, IsDeflated: true)];
    private static readonly byte[] Described = Convert.FromHexString(
        "080005004353" + "0A00" + "49534F5F495220313932" + "080060004353" + "0200" + "4354" + "080070004C4F" + "0400" + "41434D45"
        + "080099115351" + "0000" + "FFFFFFFF" + "FEFF00E0" + "FFFFFFFF" + "080050115549" + "0400" + "312E3200" + "FEFF0DE000000000" + "FEFFDDE000000000"
        + "100010005A5A" + "0000" + "02000000" + "4142" + "09001010554E" + "0000" + "FFFFFFFF" + "FEFF00E0" + "08000000" + "0900011000000000" + "FEFFDDE000000000"
        + "E07F10004F42" + "0000" + "FFFFFFFF" + "FEFF00E000000000" + "FEFF00E004000000" + "01020304" + "FEFFDDE000000000");

    public string Name => isFile ? "dicom-file" : "dicom-data-set";

    public int Control => 1;

    public IEnumerable<byte[][]> Seeds()
    {
        byte[] head = [.. "MZ"u8, .. new byte[126], .. "DICM"u8, 2, 0, 0x10, 0, (byte)'U', (byte)'I', 20, 0, .. "1.2.840.10008.1.2.1\0"u8];
        foreach (byte syntax in (byte[])[0, 1, 2, 3, 4])
        {
            yield return [[syntax, .. isFile ? head : [], .. Described]];
            yield return [[syntax, .. isFile ? head : [], .. Described[..40]], [IsLost, 0, 9], [0, .. Described[40..]]];
        }
    }

    public void Run(byte[][] records, bool isThorough)
    {
        if (records.Length == 0 || records[0].Length == 0) return;
        TransferSyntax? syntax = Syntaxes[(records[0][0] & 7) % Syntaxes.Length];
        string whole = Read(records, syntax, step: int.MaxValue);
        if (!isThorough) return;
        string bytewise = Read(records, syntax, step: 1);
        BrokenPromiseException.Unless(whole == bytewise, "depends-on-the-cut", $"whole\n{whole}\nbytewise\n{bytewise}");
    }

    private string Read(byte[][] records, TransferSyntax? syntax, int step)
    {
        Everything everything = new();
        DataSetReader reader = new(everything);
        Part10Reader file = new();
        if (isFile) file.Begin();
        else reader.Begin(syntax);
        foreach (byte[] record in records)
        {
            if (record.Length == 0) continue;
            if ((record[0] & IsLost) != 0)
            {
                long missing = 1 + (record.Length > 2 ? (record[1] << 8) + record[2] : 0);
                if (isFile) file.Lose(missing);
                else reader.Lose(missing);
                continue;
            }
            for (int at = 1; at < record.Length; at += Math.Min(step, record.Length - at))
            {
                ReadOnlySpan<byte> piece = record.AsSpan(at, Math.Min(step, record.Length - at));
                if (isFile) file.Push(piece);
                else reader.Push(piece);
            }
        }
        DataSetFault fault = isFile ? file.End() : reader.End();
        string said = isFile ? string.Join(',', file.Facts.MatchingKeys) + file.Facts[DicomTag.Manufacturer] + file.Face : string.Join('\n', everything.Lines);
        return $"{fault} {said}";
    }

    private sealed class Everything : IDataSetConsumer
    {
        public List<string> Lines { get; } = [];

        public bool Wants(uint tag, uint sequence, int depth) => (tag & 3) != 1;

        public void Take(in DataElement element)
        {
            BrokenPromiseException.Unless(element.Value.Length <= DataSetReader.MaxValue, "value-too-long", $"{element.Value.Length}");
            Lines.Add(string.Create(CultureInfo.InvariantCulture, $"{element.Depth} {element.Tag:X8} {element.CharacterSet.Decode(element.Value)}"));
        }

        public void BeginItem(uint sequence, int depth) => BrokenPromiseException.Unless(depth < DataSetReader.MaxLevels, "too-deep", $"{depth}");
    }
}
