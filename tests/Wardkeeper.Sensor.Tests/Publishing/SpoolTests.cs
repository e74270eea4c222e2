using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Publishing;

namespace Wardkeeper.Sensor.Tests.Publishing;

public sealed class SpoolTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("wardkeeper-spool-").FullName;
    private readonly WireWriter wire = new();

    public void Dispose() => Directory.Delete(folder, true);

    [Fact]
    public void What_has_no_receipt_comes_again_after_a_restart_and_the_numbering_goes_on()
    {
        using (Spool spool = Spool.Open(folder))
        {
            for (int i = 1; i <= 5; i++) Assert.True(spool.TryAppend(Frame(i)));
            Assert.Equal([1, 2, 3, 4, 5], ReadAll(spool));
            spool.Forget(3);
        }
        using Spool again = Spool.Open(folder);
        Assert.Equal(6, again.Next);
        again.Forget(3);
        Assert.Equal([4, 5], ReadAll(again));
    }

    [Fact]
    public void A_torn_tail_is_cut_at_every_byte()
    {
        byte[] first = Frame(1), second = Frame(2);
        for (int kept = 0; kept < second.Length; kept += 7)
        {
            string path = Path.Combine(folder, $"{1:D20}.spool");
            File.WriteAllBytes(path, [.. first, .. second[..kept]]);
            using (Spool spool = Spool.Open(folder))
            {
                Assert.Equal(2, spool.Next);
                Assert.True(spool.TryAppend(Frame(2)));
                Assert.Equal([1, 2], ReadAll(spool));
            }
            File.Delete(path);
        }
    }

    [Fact]
    public void A_full_spool_refuses_the_newest_and_takes_again_after_receipts()
    {
        using Spool spool = Spool.Open(folder, 64 * 1024);
        int taken = 0;
        while (spool.TryAppend(Frame(taken + 1))) taken++;
        Assert.True(spool.Bytes <= 64 * 1024);
        Assert.Equal(taken + 1, spool.Next);
        Assert.Equal(taken, ReadAll(spool).Count);
        spool.Forget(taken);
        Assert.True(spool.TryAppend(Frame(taken + 1)));
        Assert.Equal([taken + 1L], ReadAll(spool));
        Assert.True(Directory.GetFiles(folder).Length <= 2);
    }

    [Fact]
    public void The_number_survives_when_every_batch_was_received()
    {
        using (Spool spool = Spool.Open(folder, 64 * 1024))
        {
            for (int i = 1; i <= 100; i++)
            {
                Assert.True(spool.TryAppend(Frame(i)));
                ReadAll(spool);
                spool.Forget(i);
            }
        }
        using Spool again = Spool.Open(folder, 64 * 1024);
        Assert.Equal(101, again.Next);
    }

    [Fact]
    public void A_lost_spool_does_not_give_numbers_that_the_hub_has()
    {
        using (Spool spool = Spool.Open(folder))
        {
            spool.GoOnAfter(500);
            Assert.Equal(501, spool.Next);
            Assert.True(spool.TryAppend(Frame(501)));
        }
        using Spool again = Spool.Open(folder);
        Assert.Equal(502, again.Next);
        again.GoOnAfter(100);
        Assert.Equal(502, again.Next);
    }

    [Fact]
    public void A_damaged_batch_in_the_middle_costs_itself_and_is_counted()
    {
        using (Spool spool = Spool.Open(folder, 64 * 1024))
        {
            for (int i = 1; i <= 200; i++) spool.TryAppend(Frame(i));
        }
        string first = Directory.GetFiles(folder).Order(StringComparer.Ordinal).First();
        byte[] bytes = File.ReadAllBytes(first);
        bytes[BatchFrame.HeaderLength + 2] ^= 1;
        File.WriteAllBytes(first, bytes);
        using Spool again = Spool.Open(folder, 64 * 1024);
        List<long> read = ReadAll(again);
        Assert.Equal(1, again.Damaged);
        Assert.Equal(Enumerable.Range(2, (int)again.Next - 2).Select(number => (long)number), read);
    }

    private byte[] Frame(long sequence) => BatchCodec.Encode(
        new SensorBatch
        {
            Sensor = "north",
            Sequence = sequence,
            End = new CaptureTime(sequence),
            Observations = [.. Enumerable.Range(0, 20).Select(i => new Claim(new Subject(new MacAddress((ulong)i), default), ClaimKind.HostName, $"pump-{sequence}-{i}", "dhcp", new CaptureTime(sequence), null, i, "option 12"))],
        },
        wire);

    private static List<long> ReadAll(Spool spool)
    {
        List<long> read = [];
        while (spool.TryRead(out byte[] frame))
        {
            Assert.Equal(BatchFault.None, BatchCodec.TryDecode(frame, out SensorBatch? batch));
            read.Add(batch!.Sequence);
        }
        return read;
    }
}
