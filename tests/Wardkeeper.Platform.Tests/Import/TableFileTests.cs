using System.IO.Compression;
using System.Text;
using Wardkeeper.Console.Import;
using Wardkeeper.Hub.Register;

namespace Wardkeeper.Platform.Tests.Import;

public class TableFileTests
{
    private const string Sheet = "资产编号,设备名称,科室\r\nA-1,\"输液泵, 双通道\",重症医学科\r\n\r\nA-2,\"写了\"\"引号\"\"\r\n和换行\",急诊科\r\n";

    [Theory]
    [InlineData("utf-8", "csv (UTF-8)")]
    [InlineData("gb18030", "csv (GB18030)")]
    [InlineData("utf-16", "csv (UTF-16)")]
    public void Chinese_tables_are_read_whatever_their_encoding(string encoding, string format)
    {
        Encoding chosen = encoding == "gb18030" ? CodePagesEncodingProvider.Instance.GetEncoding("GB18030")! : Encoding.GetEncoding(encoding);
        RegisterTable table = TableFile.Read([.. chosen.GetPreamble(), .. chosen.GetBytes(Sheet)]);
        Assert.Equal(format, table.Format);
        Assert.Equal(["资产编号", "设备名称", "科室"], table.Headings);
        Assert.Equal([(2, "输液泵, 双通道"), (4, "写了\"引号\"\r\n和换行")], table.Rows.Select(row => (row.Number, row.Cells[1].Replace("\r\n", "\n", StringComparison.Ordinal).Replace("\n", "\r\n", StringComparison.Ordinal))));
    }

    [Fact]
    public async Task What_is_written_as_a_workbook_is_read_again()
    {
        using MemoryStream stream = new();
        await TableWriter.XlsxAsync(stream, ["名称", "序列号", "名称"], Rows(["泵", "00123", "x"], ["=1+1", null, "@SUM(A1)"]), TestContext.Current.CancellationToken);
        RegisterTable table = TableFile.Read(stream.ToArray());
        Assert.Equal("xlsx", table.Format);
        Assert.Equal(["泵", "00123", "x"], table.Rows[0].Cells);
        Assert.Equal("=1+1", table.Rows[1].Cells[0]);
        using ZipArchive archive = new(new MemoryStream(stream.ToArray()));
        using StreamReader sheet = new(archive.Entries.Single(entry => entry.FullName == "xl/worksheets/sheet1.xml").Open());
        Assert.DoesNotContain("<f>", await sheet.ReadToEndAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("=HYPERLINK(\"http://x\")", "'=HYPERLINK(\"http://x\")")]
    [InlineData("+861012345", "+861012345")]
    [InlineData("@cmd", "'@cmd")]
    [InlineData("-5.2", "-5.2")]
    [InlineData("\t=1", "'\t=1")]
    [InlineData("plain", "plain")]
    public void A_cell_that_would_be_a_formula_is_written_as_text(string cell, string written) => Assert.Equal(written, TableWriter.Harmless(cell));

    [Fact]
    public async Task Csv_opens_with_a_byte_order_mark()
    {
        using MemoryStream stream = new();
        await TableWriter.CsvAsync(stream, ["名称"], Rows(["a,b"], ["=x"]), TestContext.Current.CancellationToken);
        Assert.Equal("\uFEFF名称\r\n\"a,b\"\r\n'=x\r\n", Encoding.UTF8.GetString(stream.ToArray()));
    }

    [Fact]
    public void A_decompression_bomb_is_refused()
    {
        using MemoryStream bomb = new();
        using (ZipArchive archive = new(bomb, ZipArchiveMode.Create, true))
        {
            using Stream part = archive.CreateEntry("xl/worksheets/sheet1.xml", CompressionLevel.Fastest).Open();
            byte[] zeros = new byte[1 << 20];
            for (int i = 0; i < 520; i++) part.Write(zeros);
        }
        Assert.True(bomb.Length < 8 << 20);
        Assert.Equal("too-large", Assert.Throws<TableFileException>(() => TableFile.Read(bomb.ToArray())).Code);
    }

    [Theory]
    [InlineData("", "no-rows")]
    [InlineData("\0\0\0\u0001binary", "not-a-table")]
    [InlineData("PK\u0003\u0004 nothing of a zip", "broken")]
    public void What_is_no_table_is_named(string content, string code) =>
        Assert.Equal(code, Assert.Throws<TableFileException>(() => TableFile.Read(Encoding.UTF8.GetBytes(content))).Code);

    [Fact]
    public async Task Damaged_workbooks_are_refused_and_never_crash()
    {
        using MemoryStream stream = new();
        await TableWriter.XlsxAsync(stream, ["名称", "序列号"], Rows(["泵", "1"], ["CT", "2"]), TestContext.Current.CancellationToken);
        byte[] good = stream.ToArray();
        for (int i = 0; i < 300; i++)
        {
            byte[] bad = [.. good];
            bad[i * 7919 % bad.Length] ^= (byte)(1 + (i % 255));
            try
            {
                TableFile.Read(bad);
            }
            catch (TableFileException e)
            {
                Assert.NotEmpty(e.Code);
            }
        }
    }

    private static async IAsyncEnumerable<IReadOnlyList<string?>> Rows(params IReadOnlyList<string?>[] rows)
    {
        await Task.CompletedTask;
        foreach (IReadOnlyList<string?> row in rows) yield return row;
    }
}
