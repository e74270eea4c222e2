using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Cases;
using Wardkeeper.Hub.Changes;
using Wardkeeper.Hub.Queries;
using Wardkeeper.Platform.Cases;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Storage;

namespace Wardkeeper.Platform.Tests.Cases;

/// <summary>Uploaded captures from the upload to their end, on the whole platform.</summary>
public sealed class CaseTests
{
    private static readonly byte[] Day = File.ReadAllBytes(Path.Combine(CasePlatform.Samples, "hospital-day/hospital.pcap"));
    private static readonly byte[] Attacks = File.ReadAllBytes(Path.Combine(CasePlatform.Samples, "attacks/hospital.pcap"));

    [Fact]
    public async Task A_capture_is_a_world_of_its_own_and_the_live_one_does_not_change()
    {
        using TestFolder folder = new();
        await using CasePlatform platform = await CasePlatform.StartAsync(folder.Path);
        using HttpClient analyst = await platform.ClientAsync(Role.Analyst), limited = await platform.ClientAsync(Role.Viewer, "icu");
        string before = Contents(folder.Path);
        using ByteArrayContent body = new(Attacks);
        using HttpResponseMessage answer = await analyst.PostAsync("/api/v1/captures?name=..%2F..%2Fetc%2F%3Cb%3Ecron%3C%2Fb%3E.pcap", body);
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        long number = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.GetProperty("number").GetInt64();
        CaseLine line = await platform.EndAsync(number);
        Assert.Equal((CaseState.Done, 1d, false, true), (line.State, line.Progress, line.HasFile, line.CanOpen));
        Assert.Equal("b>.pcap", line.Name);
        Assert.Equal(before, Contents(folder.Path));
        Assert.Equal([$"{number}"], Directory.GetFileSystemEntries(folder["cases"]).Select(Path.GetFileName));
        Assert.Equal(["history", "wardkeeper.db"], Directory.GetFileSystemEntries(folder[$"cases/{number}"]).Select(path => Path.GetFileName(path).Replace("-wal", "", StringComparison.Ordinal).Replace("-shm", "", StringComparison.Ordinal)).Distinct().Order());

        string at = $"capture={number}";
        JsonElement devices = await CasePlatform.GetAsync(analyst, "/api/v1/devices?pageSize=500&" + at), findings = await CasePlatform.GetAsync(analyst, "/api/v1/findings?" + at);
        Assert.Equal((line.Devices, line.Findings), (devices.GetProperty("total").GetInt64(), findings.GetProperty("total").GetInt64()));
        Assert.InRange(line.Devices, 20, 1000);
        Assert.InRange(line.Findings, 1, 10_000);
        JsonElement flows = await CasePlatform.GetAsync(analyst, "/api/v1/flows?" + at);
        Assert.InRange(flows.GetProperty("total").GetInt64(), 1, long.MaxValue);
        JsonElement detail = await CasePlatform.GetAsync(analyst, $"/api/v1/findings/{findings.GetProperty("items")[0].GetProperty("number").GetInt64()}?{at}");
        Assert.Equal("new", detail.GetProperty("state").GetString());
        Assert.Equal(0, (await CasePlatform.GetAsync(analyst, "/api/v1/devices")).GetProperty("total").GetInt64());
        Assert.Equal(0, (await CasePlatform.GetAsync(analyst, "/api/v1/flows")).GetProperty("total").GetInt64());

        Assert.Equal(HttpStatusCode.NotFound, (await limited.GetAsync($"/api/v1/captures/{number}")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await limited.GetAsync("/api/v1/devices?" + at)).StatusCode);
        Assert.Equal(0, (await CasePlatform.GetAsync(limited, "/api/v1/captures")).GetProperty("total").GetInt64());
        Assert.Equal(HttpStatusCode.NotFound, (await analyst.GetAsync("/api/v1/devices?capture=99")).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await analyst.GetAsync("/api/v1/tasks?" + at)).StatusCode);
    }

    [Fact]
    public async Task A_device_is_adopted_with_its_claims_and_that_is_audited()
    {
        using TestFolder folder = new();
        await using CasePlatform platform = await CasePlatform.StartAsync(folder.Path);
        CaseLine line = await platform.EndAsync((await platform.UploadAsync(Day)).Number);
        using HttpClient analyst = await platform.ClientAsync(Role.Analyst);
        JsonElement[] devices = [.. (await CasePlatform.GetAsync(analyst, $"/api/v1/devices?pageSize=500&capture={line.Number}")).GetProperty("items").EnumerateArray()];
        JsonElement one = devices.First(device => device.GetProperty("mac").ValueKind == JsonValueKind.String && device.GetProperty("vendor").ValueKind == JsonValueKind.String && device.GetProperty("name").ValueKind == JsonValueKind.String);
        long number = one.GetProperty("id").GetInt64();
        RefusedException unexplained = await Assert.ThrowsAsync<RefusedException>(() => platform.Cases.AdoptAsync(CasePlatform.Analyst, line.Number, number, " "));
        Assert.Equal("reason-missing", unexplained.Mistakes[0].Code);
        JsonElement preview = await CasePlatform.GetAsync(analyst, $"/api/v1/captures/{line.Number}/adopt?device={number}");
        Assert.Equal((0, one.GetProperty("mac").GetString()), (preview.GetProperty("known").GetArrayLength(), preview.GetProperty("interfaces")[0].GetString()));
        Assert.True(preview.GetProperty("claims").GetInt32() > 0 && preview.GetProperty("services").GetInt32() > 0 && preview.GetProperty("addresses").GetInt32() > 0);
        using StringContent body = new($$"""{"device":{{number}},"reason":"the ward asked for it"}""", Encoding.UTF8, "application/json");
        using HttpResponseMessage answer = await analyst.PostAsync($"/api/v1/captures/{line.Number}/adopt", body);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        JsonElement taken = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
        long adopted = taken.GetProperty("device").GetInt64(), operation = taken.GetProperty("operation").GetInt64();
        Assert.Equal((preview.GetProperty("claims").GetInt32(), preview.GetProperty("services").GetInt32()), (taken.GetProperty("claims").GetInt32(), taken.GetProperty("services").GetInt32()));
        JsonElement live = await CasePlatform.GetAsync(analyst, $"/api/v1/devices/{adopted}");
        Assert.Equal(one.GetProperty("mac").GetString(), live.GetProperty("line").GetProperty("mac").GetString());
        Assert.Equal(one.GetProperty("name").GetString(), live.GetProperty("line").GetProperty("name").GetString());
        string[] sources = [.. live.GetProperty("fields").EnumerateArray().SelectMany(field => field.GetProperty("claims").EnumerateArray()).Select(claim => claim.GetProperty("source").GetString()!).Distinct()];
        Assert.Contains($"capture C-{line.Number}", sources);
        Assert.All(sources, source => Assert.True(source == "mac-prefix" || source == $"capture C-{line.Number}", source));
        JsonElement told = live.GetProperty("events").EnumerateArray().First(one => one.GetProperty("action").GetString() == "adopted");
        Assert.Equal(($"C-{line.Number}: {one.GetProperty("mac").GetString()}", "the ward asked for it", true), (told.GetProperty("after").GetString(), told.GetProperty("reason").GetString(), told.GetProperty("canUndo").GetBoolean()));
        Assert.All(live.GetProperty("offers").EnumerateArray().Concat(live.GetProperty("interfaces")[0].GetProperty("addresses").EnumerateArray()), from => Assert.Equal($"capture C-{line.Number}", from.GetProperty("source").GetString()));
        Assert.Equal((1L, 0L), ((await CasePlatform.GetAsync(analyst, "/api/v1/devices")).GetProperty("total").GetInt64(), (await CasePlatform.GetAsync(analyst, "/api/v1/findings")).GetProperty("total").GetInt64()));
        using HttpClient auditor = await platform.ClientAsync(Role.Auditor);
        string audit = await auditor.GetStringAsync("/api/v1/audit?action=device-adopted");
        Assert.Contains("the ward asked for it", audit, StringComparison.Ordinal);
        RefusedException again = await Assert.ThrowsAsync<RefusedException>(() => platform.Cases.AdoptAsync(CasePlatform.Administrator, line.Number, number, "once more"));
        Assert.Equal((Refusal.Conflict, "adopted-already"), (again.Kind, again.Mistakes[0].Code));
        using StringContent why = new("""{"reason":"it was another one"}""", Encoding.UTF8, "application/json");
        using HttpResponseMessage undone = await analyst.PostAsync($"/api/v1/operations/{operation}/undo", why);
        Assert.Equal(HttpStatusCode.OK, undone.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await analyst.GetAsync($"/api/v1/devices/{adopted}")).StatusCode);
        Assert.Contains("it was another one", await auditor.GetStringAsync("/api/v1/audit?action=device-undone"), StringComparison.Ordinal);
        Assert.NotEqual(adopted, (await platform.Cases.AdoptAsync(CasePlatform.Administrator, line.Number, number, "after all"))!.Device);
        Assert.Null(await platform.Cases.AdoptAsync(CasePlatform.Administrator, line.Number, 99_999, "x"));
    }

    [Fact]
    public async Task What_is_no_capture_or_too_much_is_refused_and_leaves_nothing()
    {
        using TestFolder folder = new();
        await using CasePlatform platform = await CasePlatform.StartAsync(folder.Path);
        using HttpClient analyst = await platform.ClientAsync(Role.Analyst), viewer = await platform.ClientAsync(Role.Viewer);
        foreach ((byte[] file, string code) in ((byte[], string)[])[([], "empty"), ("This is a letter, not a capture.\n"u8.ToArray(), "not-a-capture"), (Gzip("letter"u8.ToArray()), "not-a-capture"), ([0x1F, 0x8B, 8, 0, 1, 2, 3, 4, 5, 6, 7, 8], "not-a-capture"), ([.. Day[..24], .. new byte[30_000_000]], "too-large")])
        {
            using ByteArrayContent body = new(file);
            using HttpResponseMessage refused = await analyst.PostAsync("/api/v1/captures?name=letter.pcap", body);
            Assert.Equal((HttpStatusCode.BadRequest, code), (refused.StatusCode, JsonDocument.Parse(await refused.Content.ReadAsStringAsync()).RootElement.GetProperty("code").GetString()));
        }
        using ByteArrayContent day = new(Day);
        Assert.Equal(HttpStatusCode.Forbidden, (await viewer.PostAsync("/api/v1/captures", day)).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await analyst.PostAsync("/api/v1/captures?keepBecause=x", day)).StatusCode);
        await Assert.ThrowsAsync<CaseRefusedException>(() => platform.Cases.UploadAsync(CasePlatform.Analyst, "a", new Endless(Day), null));
        Assert.Empty(Directory.GetFileSystemEntries(folder["cases"]));
        using MultipartFormDataContent form = new() { { new StringContent("x"), "note" }, { new ByteArrayContent(Day[..5000]), "file", "C:\\fakepath\\cut.pcap" } };
        using HttpResponseMessage taken = await analyst.PostAsync("/api/v1/captures", form);
        Assert.Equal(HttpStatusCode.Created, taken.StatusCode);
        CaseLine cut = await platform.EndAsync(1);
        Assert.Equal((CaseState.Done, "cut.pcap", "truncated"), (cut.State, cut.Name, cut.Problems.Single().Kind));
        Assert.True(cut.Problems[0].Packet == cut.Packets && cut.Problems[0].ByteOffset is > 24 and <= 5000 && cut.Packets > 0);
    }

    [Fact]
    public async Task Damaged_and_hostile_captures_say_where_and_end_soon()
    {
        using TestFolder folder = new();
        await using CasePlatform platform = await CasePlatform.StartAsync(folder.Path);
        byte[] damaged = [.. Day];
        damaged.AsSpan(40_000, 300).Fill(0xFF);
        // A header, and then zeros without end: a thousandfold compressed.
        byte[] bomb = Gzip([.. Day[..24], .. new byte[60 << 20]]);
        Assert.InRange(bomb.Length, 1, 200_000);
        CaseLine first = await platform.UploadAsync(damaged), second = await platform.UploadAsync(bomb, "bomb.pcap.gz"), third = await platform.UploadAsync(YearsApart(), "years.pcap"), fourth = await platform.UploadAsync(Gzip(Day), "day.pcap.gz"), fifth = await platform.UploadAsync([.. Day[..20], 99, 99, 0, 0, .. Day[24..4000]], "link.pcap");
        first = await platform.EndAsync(first.Number);
        Assert.Contains(first.Problems, problem => problem.Kind is "corrupt" or "truncated" or "time-runs-back" && problem.Packet > 0 && problem.ByteOffset > 0);
        second = await platform.EndAsync(second.Number);
        Assert.Contains(second.Problems, problem => problem.Kind == "expands-too-far");
        Assert.InRange(second.Packets, 0, 600_000);
        third = await platform.EndAsync(third.Number);
        Assert.Contains(third.Problems, problem => problem.Kind == "time-implausible" && problem.Packet == 31);
        fourth = await platform.EndAsync(fourth.Number);
        Assert.Equal((CaseState.Done, 0), (fourth.State, fourth.Problems.Count));
        fifth = await platform.EndAsync(fifth.Number);
        Assert.Contains(fifth.Problems, problem => problem.Kind == "link-type-25443" && problem.Packet == 1);
    }

    [Fact]
    public async Task An_analysis_is_cancelled_and_what_was_read_stays_until_it_is_deleted()
    {
        using TestFolder folder = new();
        await using CasePlatform platform = await CasePlatform.StartAsync(folder.Path);
        using ManualResetEventSlim reached = new(), go = new();
        platform.Get<CaseAnalysis>().BeforeFrame = frame => Hold(frame, 3000, reached, go);
        CaseLine read = await platform.UploadAsync(Day), waiting = await platform.UploadAsync(Day);
        Assert.True(await Task.Run(() => reached.Wait(TimeSpan.FromMinutes(1))));
        Assert.True(await platform.Cases.CancelAsync(CasePlatform.Analyst, waiting.Number));
        Task<bool> cancelled = platform.Cases.CancelAsync(CasePlatform.Analyst, read.Number);
        await Assert.ThrowsAsync<RefusedException>(() => platform.Cases.CancelAsync(new Actor("another", new HashSet<Role> { Role.Analyst }), read.Number));
        go.Set();
        Assert.True(await cancelled);
        read = await platform.EndAsync(read.Number);
        Assert.Equal((CaseState.Cancelled, true), (read.State, read.CanOpen));
        Assert.InRange(read.Packets, 1, 20_000);
        Assert.Equal(CaseState.Cancelled, (await platform.EndAsync(waiting.Number)).State);
        Assert.NotNull(await platform.Get<IWorkspaces>().OpenAsync(read.Number));
        Assert.Null(await platform.Get<IWorkspaces>().OpenAsync(waiting.Number));
        await Assert.ThrowsAsync<RefusedException>(() => platform.Cases.DeleteAsync(new Actor("another", new HashSet<Role> { Role.Analyst }), read.Number, "mine now"));
        IWorkspace open = (await platform.Get<IWorkspaces>().OpenAsync(read.Number))!;
        await open.History.RangeAsync();
        Assert.True(await platform.Cases.DeleteAsync(CasePlatform.Analyst, read.Number, "not needed"));
        await Assert.ThrowsAsync<CaseGoneException>(() => open.History.RangeAsync());
        Assert.False(Directory.Exists(folder[$"cases/{read.Number}"]));
        Assert.Equal(3, (await platform.UploadAsync(Day)).Number);
        Assert.Equal(2, (await platform.Cases.ListAsync(CasePlatform.Analyst, new CaseFilter(), new PageRequest(1))).Total);
    }

    [Fact]
    public async Task What_waits_or_was_interrupted_goes_on_after_a_restart_and_a_kept_file_goes_when_its_time_is_over()
    {
        using TestFolder folder = new();
        using ManualResetEventSlim reached = new(), go = new();
        long keptUntil = (TimeProvider.System.GetUtcNow().AddDays(2) - DateTimeOffset.UnixEpoch).Ticks * 100;
        CasePlatform first = await CasePlatform.StartAsync(folder.Path);
        first.Get<CaseAnalysis>().BeforeFrame = frame => Hold(frame, 3000, reached, go);
        await first.UploadAsync(Day, keep: new CaseKeep("for the vendor", new CaptureTime(keptUntil)));
        await first.UploadAsync(Attacks);
        Assert.True(await Task.Run(() => reached.Wait(TimeSpan.FromMinutes(1))));
        Task stopped = first.DisposeAsync().AsTask();
        go.Set();
        await stopped;
        // An upload that broke off with the process, and a deletion that did not come to its end.
        File.WriteAllText(folder["cases/incoming-1"], "rest");
        Directory.CreateDirectory(folder["cases/77"]);
        await using CasePlatform again = await CasePlatform.StartAsync(folder.Path);
        CaseLine kept = await again.EndAsync(1), other = await again.EndAsync(2);
        Assert.Equal((CaseState.Done, CaseState.Done), (kept.State, other.State));
        Assert.Equal((CountOf(Day), CountOf(Attacks)), (kept.Packets, other.Packets));
        Assert.False(File.Exists(folder["cases/incoming-1"]) || Directory.Exists(folder["cases/77"]));
        Assert.Equal(Day, await File.ReadAllBytesAsync(folder["cases/1/capture"]));
        await again.Get<HubGate>().RunAsync((_, transaction) => transaction.RunAsync("UPDATE cases SET kept_until = 1 WHERE number = 1", CancellationToken.None));
        await again.Get<CaseQueue>().TidyAsync(CancellationToken.None);
        Assert.False(File.Exists(folder["cases/1/capture"]) || File.Exists(folder["cases/2/capture"]));
        using HttpClient auditor = await again.ClientAsync(Role.Auditor);
        Assert.Contains("it was kept as long as was said", await auditor.GetStringAsync("/api/v1/audit?action=capture-file-deleted"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_capture_is_judged_by_the_networks_that_the_site_describes()
    {
        using TestFolder folder = new();
        string site = folder.Write("site.yaml", "localNetworks: [198.51.100.0/24]\n");
        byte[] capture = WithoutCards();
        await using (CasePlatform usual = await CasePlatform.StartAsync(folder["usual"])) Assert.Equal(0, (await usual.EndAsync((await usual.UploadAsync(capture)).Number)).Devices);
        await using CasePlatform described = await CasePlatform.StartAsync(folder["described"], site: site);
        Assert.Equal(2, (await described.EndAsync((await described.UploadAsync(capture)).Number)).Devices);
    }

    [Fact]
    public async Task A_capture_made_elsewhere_is_read_as_well()
    {
        string path = Path.GetFullPath(Path.Combine(CasePlatform.Samples, "../../shared/captures/pcapplusplus/ExamplesTest/pcap_examples/http-packets2.pcap"));
        if (!File.Exists(path)) path = Path.GetFullPath(Path.Combine(CasePlatform.Samples, "../../../shared/captures/pcapplusplus/ExamplesTest/pcap_examples/http-packets2.pcap"));
        Assert.SkipUnless(File.Exists(path), "no captures are shared here");
        using TestFolder folder = new();
        await using CasePlatform platform = await CasePlatform.StartAsync(folder.Path);
        CaseLine line = await platform.EndAsync((await platform.UploadAsync(await File.ReadAllBytesAsync(path))).Number);
        Assert.Equal((CaseState.Done, true), (line.State, line.Packets > 0 && line.Devices > 0));
    }

    private static void Hold(long frame, long at, ManualResetEventSlim reached, ManualResetEventSlim go)
    {
        if (frame != at) return;
        reached.Set();
        go.Wait(TimeSpan.FromMinutes(1));
    }

    /// <summary>Every row of the live database but those that say who uploaded and who signed in.</summary>
    private static string Contents(string folder)
    {
        using SqliteConnection connection = new($"Data Source={Path.Combine(folder, "wardkeeper.db")};Mode=ReadOnly;Pooling=False");
        connection.Open();
        List<string> names = [];
        using (SqliteCommand tables = new("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT IN ('cases', 'audit') AND name NOT LIKE '%token%' AND name NOT LIKE '%audit%' ORDER BY name", connection))
        using (SqliteDataReader reader = tables.ExecuteReader())
        {
            while (reader.Read()) names.Add(reader.GetString(0));
        }
        StringBuilder all = new();
        foreach (string name in names)
        {
            using SqliteCommand rows = new($"SELECT * FROM \"{name}\"", connection);
            using SqliteDataReader reader = rows.ExecuteReader();
            while (reader.Read()) all.Append(name).Append('|').AppendJoin('|', Enumerable.Range(0, reader.FieldCount).Select(at => Convert.ToString(reader.GetValue(at), CultureInfo.InvariantCulture))).Append('\n');
        }
        return all.ToString();
    }

    private static long CountOf(byte[] pcap)
    {
        long count = 0;
        for (int at = 24; at + 16 <= pcap.Length; count++) at += 16 + BitConverter.ToInt32(pcap, at + 8);
        return count;
    }

    /// <summary>A question and its answer over UDP, of raw IP packets: who is of the site is all that makes a device of them.</summary>
    private static byte[] WithoutCards()
    {
        using MemoryStream into = new();
        using BinaryWriter writer = new(into);
        writer.Write([.. Day[..20], 101, 0, 0, 0]);
        foreach ((byte from, byte to, int second) in ((byte, byte, int)[])[(5, 6, 0), (6, 5, 1)])
        {
            byte[] ports = from == 5 ? [0x9C, 0x40, 0x00, 0x35] : [0x00, 0x35, 0x9C, 0x40];
            byte[] packet = [0x45, 0, 0, 36, 0, 0, 0, 0, 64, 17, 0, 0, 198, 51, 100, from, 198, 51, 100, to, .. ports, 0, 16, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8];
            foreach (int number in (int[])[1_700_000_000 + second, 0, packet.Length, packet.Length]) writer.Write(number);
            writer.Write(packet);
        }
        return into.ToArray();
    }

    private static byte[] Gzip(byte[] plain)
    {
        using MemoryStream into = new();
        using (GZipStream gzip = new(into, CompressionLevel.Optimal)) gzip.Write(plain);
        return into.ToArray();
    }

    /// <summary>Five hundred packets, each a day after the one before.</summary>
    private static byte[] YearsApart()
    {
        using MemoryStream into = new();
        into.Write(Day.AsSpan(0, 24));
        int length = 16 + BitConverter.ToInt32(Day, 32);
        byte[] packet = Day[24..(24 + length)];
        for (int day = 0; day < 60; day++)
        {
            BitConverter.TryWriteBytes(packet, 1_000_000_000 + (day * 86_400));
            into.Write(packet);
        }
        return into.ToArray();
    }

    /// <summary>A stream that begins like a capture and does not end.</summary>
    private sealed class Endless(byte[] start) : Stream
    {
        private bool began;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count)
        {
            if (!began) start.AsSpan(0, Math.Min(count, start.Length)).CopyTo(buffer.AsSpan(offset));
            began = true;
            return count;
        }

        public override void Flush() => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
