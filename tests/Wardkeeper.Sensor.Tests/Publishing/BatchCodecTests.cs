using CsCheck;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Publishing;

namespace Wardkeeper.Sensor.Tests.Publishing;

public class BatchCodecTests
{
    private readonly WireWriter wire = new();

    [Fact]
    public void A_batch_comes_back_as_it_was() => BatchGen.Batches.Holds(
        batch =>
        {
            Assert.Equal(BatchFault.None, BatchCodec.TryDecode(BatchCodec.Encode(batch, wire), out SensorBatch? back));
            Assert.Equal(BatchGen.Text(batch), BatchGen.Text(back!));
        },
        iter: 300);

    [Fact]
    public void A_cut_or_flipped_batch_is_a_fault() => Gen.Select(BatchGen.Batches, Gen.Double[0, 1], Gen.Int[0, 7]).Holds(
        (batch, where, bit) =>
        {
            byte[] bytes = BatchCodec.Encode(batch, wire);
            int at = Math.Min((int)(where * bytes.Length), bytes.Length - 1);
            Assert.NotEqual(BatchFault.None, BatchCodec.TryDecode(bytes.AsSpan(0, at), out _));
            bytes[at] ^= (byte)(1 << bit);
            Assert.NotEqual(BatchFault.None, BatchCodec.TryDecode(bytes, out _));
        },
        iter: 300);

    [Fact]
    public void Hostile_content_with_a_right_checksum_is_a_fault_or_a_batch_and_never_an_exception() =>
        Gen.Select(BatchGen.Batches, Gen.Select(Gen.Double[0, 1], Gen.Byte).Array[1, 8]).Holds(
            (batch, changes) =>
            {
                byte[] content = BatchCodec.Encode(batch, wire)[BatchFrame.HeaderLength..];
                foreach ((double where, byte value) in changes) content[Math.Min((int)(where * content.Length), content.Length - 1)] = value;
                BatchFault fault = BatchCodec.TryDecode(BatchFrame.Around(batch.Sequence, content), out SensorBatch? back);
                Assert.Equal(fault == BatchFault.None, back is not null);
            },
            iter: 2000);

    [Fact]
    public void A_length_without_its_bytes_allocates_nothing_of_that_size()
    {
        wire.Clear();
        wire.Text("north");
        wire.Signed(0);
        wire.Unsigned(4_000_000_000);
        byte[] frame = BatchFrame.Around(1, wire.Written);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal(BatchFault.Malformed, BatchCodec.TryDecode(frame, out _));
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 20_000);
    }

    [Fact]
    public void A_batch_of_a_later_version_is_told_apart_from_rubbish()
    {
        byte[] bytes = BatchCodec.Encode(new SensorBatch { Sensor = "north", Sequence = 1, End = default }, wire);
        bytes[3] = 2;
        Assert.Equal(BatchFault.UnknownVersion, BatchCodec.TryDecode(bytes, out _));
        bytes[0] = 0;
        Assert.Equal(BatchFault.NotABatch, BatchCodec.TryDecode(bytes, out _));
    }

    [Fact]
    public void A_row_that_is_not_a_json_object_breaks_the_batch() => Assert.All(
        ["", "[]", "{", "{\"a\":}", "{}x", "nul"],
        json =>
        {
            SensorBatch batch = new() { Sensor = "north", Sequence = 1, End = default, Transactions = [new TransactionRow("dns", default, default, null, System.Text.Encoding.UTF8.GetBytes(json))] };
            Assert.Equal(BatchFault.Malformed, BatchCodec.TryDecode(BatchCodec.Encode(batch, wire), out _));
        });

    [Fact]
    public void Repeated_claims_are_kept_one_by_one_and_cost_little()
    {
        List<Observation> observations = [.. Enumerable.Range(0, 1000).Select(i => new Claim(new Subject(new MacAddress(7), Address.FromV4(1)), ClaimKind.HostName, "a-rather-long-host-name.ward.example", "dhcp", new CaptureTime(i * 1000L), "CHhAvVGS1DHFjwGM9", i, "option 12"))];
        byte[] bytes = BatchCodec.Encode(new SensorBatch { Sensor = "north", Sequence = 1, End = default, Observations = observations }, wire);
        Assert.Equal(BatchFault.None, BatchCodec.TryDecode(bytes, out SensorBatch? back));
        Assert.Equal(observations, back!.Observations);
        Assert.True(bytes.Length < 13_000, $"{bytes.Length} bytes");
    }

    [Fact]
    public void The_checksum_is_crc_32c() => Assert.Equal(0xE3069283u, Crc32C.Of("123456789"u8));
}
