using System.Globalization;
using System.IO.Compression;
using System.Text;
using ExcelDataReader;
using Wardkeeper.Hub.Register;

namespace Wardkeeper.Console.Import;

/// <summary>A file that cannot be read as a table: what is wrong with it, as a key of a text.</summary>
/// <param name="code">What, in kebab case: not-a-table, too-large, too-many-rows, too-many-columns, password-protected, broken, no-rows.</param>
/// <param name="detail">Where, or how much.</param>
internal sealed class TableFileException(string code, string detail = "") : Exception($"{code} {detail}".Trim())
{
    /// <summary>What.</summary>
    public string Code { get; } = code;

    /// <summary>Where, or how much.</summary>
    public string Detail { get; } = detail;

    /// <summary>What is wrong and what is taken, as a sentence after the file's name.</summary>
    public string Sentence => $"cannot be read as a table: {Code.Replace('-', ' ')}{(Detail.Length == 0 ? "" : $" ({Detail})")}. XLSX, XLS and CSV are taken.";
}

/// <summary>
/// Reads a table out of a file that somebody uploaded: XLSX, XLS or CSV. The kind is decided by content; CSV may be UTF-8, UTF-16 or
/// GB18030 (Excel's Chinese default), with commas, semicolons or tabs. Everything is bounded, a decompression bomb too.
/// </summary>
internal static class TableFile
{
    /// <summary>Largest file, in bytes.</summary>
    public const int MaxBytes = 64 << 20;

    /// <summary>Most rows.</summary>
    public const int MaxRows = 200_000;

    /// <summary>Most columns.</summary>
    public const int MaxColumns = 256;

    private const long MaxUnpacked = 512L << 20;

    // The workbook reader asks for a code page by number when it is set up.
    static TableFile() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    /// <summary>Reads the table.</summary>
    /// <exception cref="TableFileException">It is none, or beyond the bounds.</exception>
    public static RegisterTable Read(byte[] file)
    {
        ArgumentNullException.ThrowIfNull(file);
        if (file.Length > MaxBytes) throw new TableFileException("too-large", (MaxBytes >> 20) + " MB");
        if (file.AsSpan().StartsWith("PK\x03\x04"u8)) return Workbook(file, "xlsx");
        if (file.AsSpan().StartsWith((ReadOnlySpan<byte>)[0xD0, 0xCF, 0x11, 0xE0])) return Workbook(file, "xls");
        return Csv(file);
    }

    private static RegisterTable Workbook(byte[] file, string format)
    {
        if (format == "xlsx") Unpackable(file);
        using MemoryStream stream = new(file, false);
        return Rows(() => ExcelReaderFactory.CreateReader(stream, new ExcelReaderConfiguration { FallbackEncoding = Gb18030 }), format);
    }

    private static RegisterTable Rows(Func<IExcelDataReader> open, string format)
    {
        try
        {
            using IExcelDataReader reader = open();
            List<(int, IReadOnlyList<string>)> rows = [];
            int number = 0;
            while (reader.Read())
            {
                number++;
                if (reader.FieldCount > MaxColumns) throw new TableFileException("too-many-columns", MaxColumns.ToString(CultureInfo.InvariantCulture));
                string[] cells = new string[reader.FieldCount];
                for (int i = 0; i < cells.Length; i++) cells[i] = Text(reader.GetValue(i));
                Add(rows, number, cells);
            }
            return Table(rows, format);
        }
        catch (ExcelDataReader.Exceptions.InvalidPasswordException)
        {
            throw new TableFileException("password-protected");
        }
        // The reader meets a damaged file with whatever its own code runs into.
        catch (Exception e) when (e is not TableFileException and not OutOfMemoryException)
        {
            throw new TableFileException("broken", format);
        }
    }

    /// <summary>Unpacks without keeping anything, so that a bomb is found before it is read.</summary>
    private static void Unpackable(byte[] file)
    {
        try
        {
            using ZipArchive archive = new(new MemoryStream(file, false), ZipArchiveMode.Read);
            if (archive.Entries.Count > 2_000) throw new TableFileException("too-large", archive.Entries.Count + " parts");
            long sum = 0;
            byte[] block = new byte[1 << 16];
            foreach (ZipArchiveEntry entry in archive.Entries)
            {
                using Stream part = entry.Open();
                for (int read = part.Read(block); read > 0; read = part.Read(block))
                {
                    if ((sum += read) > MaxUnpacked) throw new TableFileException("too-large", (MaxUnpacked >> 20) + " MB unpacked");
                }
            }
        }
        catch (InvalidDataException)
        {
            throw new TableFileException("broken", "xlsx");
        }
    }

    private static RegisterTable Csv(byte[] file)
    {
        (Encoding encoding, string name) = EncodingOf(file);
        string text = encoding.GetString(file).TrimStart('\uFEFF');
        if (text.Contains('\0', StringComparison.Ordinal)) throw new TableFileException("not-a-table");
        using MemoryStream stream = new(Encoding.UTF8.GetBytes(text), false);
        return Rows(() => ExcelReaderFactory.CreateCsvReader(stream, new ExcelReaderConfiguration { FallbackEncoding = Encoding.UTF8, AutodetectSeparators = [Delimiter(text)] }), $"csv ({name})");
    }

    private static void Add(List<(int, IReadOnlyList<string>)> rows, int number, string[] cells)
    {
        if (rows.Count > MaxRows) throw new TableFileException("too-many-rows", MaxRows.ToString(CultureInfo.InvariantCulture));
        if (cells.Any(cell => cell.Length > 0)) rows.Add((number, cells));
    }

    private static RegisterTable Table(List<(int Number, IReadOnlyList<string> Cells)> rows, string format)
    {
        if (rows.Count == 0) throw new TableFileException("no-rows");
        return new RegisterTable([.. rows[0].Cells.Select(cell => cell.Trim())], rows[1..], format);
    }

    private static string Text(object? value) => value switch
    {
        null => "",
        DateTime date => date.ToString(date.TimeOfDay == default ? "yyyy-MM-dd" : "yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture),
        double number when number == Math.Truncate(number) && Math.Abs(number) < 1e15 => ((long)number).ToString(CultureInfo.InvariantCulture),
        IFormattable other => other.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };

    /// <summary>By the byte order mark, else UTF-8 when every byte obeys it, else GB18030.</summary>
    private static (Encoding Encoding, string Name) EncodingOf(byte[] file)
    {
        if (file.AsSpan().StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE])) return (Encoding.Unicode, "UTF-16");
        if (file.AsSpan().StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF])) return (Encoding.BigEndianUnicode, "UTF-16");
        return System.Text.Unicode.Utf8.IsValid(file) ? (Encoding.UTF8, "UTF-8") : (Gb18030, "GB18030");
    }

    private static Encoding Gb18030 => CodePagesEncodingProvider.Instance.GetEncoding("GB18030")!;

    /// <summary>The one that the first line has most of, outside quotes.</summary>
    private static char Delimiter(string text)
    {
        int commas = 0, semicolons = 0, tabs = 0;
        bool quoted = false;
        foreach (char c in text)
        {
            if (c == '"') quoted = !quoted;
            if (quoted) continue;
            if (c is '\n' or '\r') break;
            commas += c == ',' ? 1 : 0;
            semicolons += c == ';' ? 1 : 0;
            tabs += c == '\t' ? 1 : 0;
        }
        return tabs > Math.Max(commas, semicolons) ? '\t' : semicolons > commas ? ';' : ',';
    }
}
