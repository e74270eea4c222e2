using System.Text;
using System.Text.Json;
using Wardkeeper.DeviceAgent.Configuration;
using Wardkeeper.DeviceAgent.Sealing;
using Wardkeeper.DeviceAgent.Telemetry;

namespace Wardkeeper.DeviceAgent.Tests;

/// <summary>Settings, the sealed store, the queue and the waits, without a hub.</summary>
public sealed class StateTests : IDisposable
{
    private const string Good = """
        { // a comment
          "chip": { "kind": "file", "secretFile": "/s" }, "device": { "serialNumber": "SN-1" },
          "hub": { "est": "https://hub:8443", "caFile": "/ca.pem" }, "enrolment": { "tokenFile": "/t" }
        }
        """;

    private readonly string folder = Directory.CreateTempSubdirectory("wardkeeper-state-").FullName;
    private readonly byte[] key = new byte[32];

    public void Dispose() => Directory.Delete(folder, true);

    [Fact]
    public void Settings_that_are_not_written_have_their_defaults()
    {
        AgentSettings settings = SettingsReader.Read(Encoding.UTF8.GetBytes(Good), "agent.json");
        Assert.Equal((0.6, 10), (settings.Enrolment.RenewAfter, settings.Enrolment.WaitMinutes));
        Assert.Null(settings.Telemetry);
        AgentSettings back = JsonSerializer.Deserialize(JsonSerializer.SerializeToUtf8Bytes(settings, AgentJson.Default.AgentSettings), AgentJson.Default.AgentSettings)!;
        Assert.Equal(settings.Enrolment, back.Enrolment);
    }

    [Theory]
    [InlineData("\"kind\": \"file\"", "\"kind\": \"usb\"", "neither pkcs11 nor file")]
    [InlineData("https://hub", "http://hub", "no https address")]
    [InlineData(", \"caFile\": \"/ca.pem\"", "", "caFile or caFingerprint is needed")]
    [InlineData("\"caFile\": \"/ca.pem\"", "\"caFingerprint\": \"12\"", "64 hexadecimal digits")]
    [InlineData("\"tokenFile\": \"/t\"", "", "a tokenFile or an idevidKey is needed")]
    [InlineData("\"tokenFile\"", "\"renewAfter\": 2, \"tokenFile\"", "0.1 to 0.95")]
    [InlineData("\"tokenFile\"", "\"tokenfile\"", "tokenfile")]
    [InlineData("SN-1", "S N", "device.serialNumber")]
    [InlineData("{ \"tokenFile\": \"/t\" }", "{ \"tokenFile\": \"/t\" }, \"telemetry\": { \"source\": \"file\" }", "telemetry.path")]
    [InlineData("\"serialNumber\": \"SN-1\"", "", "serialNumber")]
    public void A_mistake_in_the_settings_is_named(string from, string to, string expected)
    {
        Assert.Contains(from, Good, StringComparison.Ordinal);
        AgentFault fault = Assert.Throws<AgentFault>(() => SettingsReader.Read(Encoding.UTF8.GetBytes(Good.Replace(from, to, StringComparison.Ordinal)), "agent.json"));
        Assert.Equal(Outcome.Mistake, fault.Outcome);
        Assert.Contains(expected, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void All_mistakes_are_named_at_once()
    {
        string json = Good.Replace("https", "http", StringComparison.Ordinal).Replace("SN-1", "", StringComparison.Ordinal);
        Assert.Equal(2, Assert.Throws<AgentFault>(() => SettingsReader.Read(Encoding.UTF8.GetBytes(json), "agent.json")).Message.Split('\n').Length);
    }

    [Fact]
    public void A_sealed_record_opens_under_its_own_name_only_and_not_when_a_bit_changed()
    {
        using SealedStore store = new(folder, [.. key]);
        store.Write("one", "plain text"u8);
        Assert.Equal("plain text"u8.ToArray(), store.Read("one"));
        Assert.Null(store.Read("two"));
        string path = Path.Combine(folder, "one.sealed");
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        File.Copy(path, Path.Combine(folder, "two.sealed"));
        Assert.Throws<AgentFault>(() => store.Read("two"));
        byte[] bytes = File.ReadAllBytes(path);
        for (int i = 0; i < bytes.Length; i++)
        {
            byte[] changed = [.. bytes];
            changed[i] ^= 1;
            File.WriteAllBytes(path, changed);
            Assert.Throws<AgentFault>(() => store.Read("one"));
        }
    }

    [Fact]
    public void Two_starts_never_encrypt_under_one_key_and_nonce()
    {
        HashSet<string> heads = [];
        for (int start = 0; start < 3; start++)
        {
            using SealedStore store = new(folder, [.. key]);
            for (int i = 0; i < 3; i++)
            {
                store.Write("one", "x"u8);
                Assert.True(heads.Add(Convert.ToHexString(File.ReadAllBytes(Path.Combine(folder, "one.sealed")).AsSpan(1, 24))));
            }
        }
    }

    [Fact]
    public void The_queue_drops_the_oldest_and_counts_it()
    {
        using SealedStore store = new(folder, [.. key]);
        TelemetryQueue queue = new(store, 3);
        for (byte i = 1; i <= 5; i++) queue.Add(i, [i]);
        Assert.Equal((3, 2L, 5ul), (queue.Count, queue.Dropped, queue.Highest));
        Assert.Equal([3ul, 4ul, 5ul], queue.Oldest(10, 1000).Select(message => message.Counter));
        Assert.Equal([3ul, 4ul], queue.Oldest(10, 2).Select(message => message.Counter));
    }

    [Fact]
    public void A_counter_is_never_given_twice_whatever_was_sent_before_a_restart()
    {
        using SealedStore store = new(folder, [.. key]);
        ulong last = 0;
        for (int start = 0; start < 6; start++)
        {
            TelemetryQueue queue = new(store, 10);
            Assert.Equal(last, queue.Highest);
            queue.Add(1, [1]);
            queue.Add(2, [2]);
            last += 2;
            if (start % 3 > 0) queue.Done(last - 1);
            if (start % 3 > 1) queue.Done(last);
            Assert.Equal((queue.Count, last), TelemetryQueue.Peek(store));
        }
    }

    [Fact]
    public void The_signed_form_is_kept_with_the_message()
    {
        using SealedStore store = new(folder, [.. key]);
        TelemetryQueue queue = new(store, 3);
        queue.Add(7, [1, 2, 3]);
        queue.Keep(queue.Oldest(1, 100)[0] with { Envelope = [9, 9] });
        QueuedMessage message = new TelemetryQueue(store, 3).Oldest(1, 100)[0];
        Assert.Equal((1ul, 7L), (message.Counter, message.At));
        Assert.Equal([1, 2, 3], message.Payload);
        Assert.Equal([9, 9], message.Envelope);
        queue.Raise(50);
        queue.Add(8, [4]);
        Assert.Equal([1ul, 51ul], queue.Oldest(9, 100).Select(one => one.Counter));
    }

    [Fact]
    public void Waits_double_up_to_their_limit_and_are_spread()
    {
        BackOff backOff = new(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(60));
        double[] waits = [.. Enumerable.Range(0, 12).Select(_ => backOff.Next().TotalSeconds)];
        for (int i = 0; i < waits.Length; i++) Assert.InRange(waits[i], Math.Min(60, Math.Pow(2, i)) / 2, Math.Min(60, Math.Pow(2, i)));
        Assert.InRange(backOff.Next(TimeSpan.FromSeconds(100)).TotalSeconds, 100, 107);
        backOff.Reset();
        Assert.InRange(backOff.Next().TotalSeconds, 0.5, 1);
    }

    [Fact]
    public async Task Lines_of_a_growing_file_are_taken_and_bad_ones_counted()
    {
        string path = Path.Combine(folder, "lines");
        await File.WriteAllTextAsync(path, "{\"old\":1}\n");
        MeasurementSource source = new(new TelemetrySettings { Source = "file", Path = path, MaxLineBytes = 64 }, new AgentLog(TextWriter.Null, TimeProvider.System), TimeProvider.System);
        using CancellationTokenSource stop = new(TimeSpan.FromSeconds(30));
        await using IAsyncEnumerator<byte[]> lines = source.ReadAsync(stop.Token).GetAsyncEnumerator(stop.Token);
        Task<bool> next = lines.MoveNextAsync().AsTask();
        await File.AppendAllTextAsync(path, "{\"n\":1}\r\n" + new string('x', 100) + "\n\n{\"half\": \n" + new string(' ', 20) + "[2]\n");
        Assert.True(await next);
        Assert.Equal("{\"n\":1}", Encoding.UTF8.GetString(lines.Current));
        Assert.True(await lines.MoveNextAsync());
        Assert.Equal("[2]", Encoding.UTF8.GetString(lines.Current));
        Assert.Equal((2, 2), (source.Lines, source.BadLines));
        await stop.CancelAsync();
    }

    [Theory]
    [InlineData("")]
    [InlineData("fly")]
    [InlineData("init")]
    [InlineData("status --state")]
    [InlineData("run --config x")]
    public async Task A_wrong_command_line_ends_with_2_and_says_why(string line)
    {
        StringWriter said = new();
        Assert.Equal(2, await Commands.RunAsync(line.Split(' ', StringSplitOptions.RemoveEmptyEntries), TextWriter.Null, said, TimeProvider.System, CancellationToken.None));
        Assert.Contains("--help", said.ToString(), StringComparison.Ordinal);
    }
}
