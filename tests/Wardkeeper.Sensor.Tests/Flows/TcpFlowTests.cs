using Wardkeeper.Sensor.Observations;
using static Wardkeeper.Sensor.Tests.Flows.FlowRun;

namespace Wardkeeper.Sensor.Tests.Flows;

/// <summary>What a connection's record says of it, in the words of Zeek's conn log.</summary>
public class TcpFlowTests
{
    [Fact]
    public void Acknowledging_after_the_fin_is_no_missing_byte() =>
        Assert.Equal("SF ShADadFf 10 20 0", Talk().Client(Fin | Ack, 11, 21).Server(Fin | Ack, 21, 12).Client(Ack, 12, 22).Only());

    [Fact]
    public void Content_that_was_acknowledged_beyond_is_missed() =>
        Assert.Equal("S1 ShADaGd 110 20 100", new FlowRun().Open().Client(Psh | Ack, 1, 1, 5).Server(Ack, 1, 111).Client(Psh | Ack, 106, 1, 5).Server(Psh | Ack, 1, 111, 20).Only());

    [Fact]
    public void A_segment_that_fills_a_hole_was_sent_again() =>
        Assert.Equal("S1 ShADTa 30 0 0", new FlowRun().Open().Client(Ack, 1, 1, 10).Client(Ack, 21, 1, 10).Client(Ack, 11, 1, 10).Server(Ack, 1, 31).Only());

    [Fact]
    public void A_keep_alive_probe_was_not() =>
        Assert.Equal("S1 ShADad 10 20 0", Talk().Client(Ack, 10, 21, 1).Server(Ack, 21, 11).Only());

    [Fact]
    public void A_stream_that_is_met_at_a_keep_alive_probe_begins_behind_it()
    {
        Assert.Equal((10L, 0L), Met(new FlowRun().Client(Ack, 10, 21, 1).Server(Ack, 21, 11).Client(Psh | Ack, 11, 21, 10)));
        // The server had acknowledged it before.
        Assert.Equal((10L, 0L), Met(new FlowRun().Server(Ack, 21, 11).Client(Psh | Ack, 10, 21, 1).Server(Ack, 21, 11).Client(Psh | Ack, 11, 21, 10)));
        // Linux sends probes without a byte.
        Assert.Equal((10L, 0L), Met(new FlowRun().Client(Ack, 10, 21).Server(Ack, 21, 11).Client(Psh | Ack, 11, 21, 10)));
    }

    [Fact]
    public void A_stream_that_is_met_at_one_byte_of_content_begins_there()
    {
        Assert.Equal((11L, 0L), Met(new FlowRun().Client(Psh | Ack, 10, 21, 1).Server(Ack, 21, 11).Client(Psh | Ack, 11, 21, 10)));
        Assert.Equal((11L, 1L), Met(new FlowRun().Open().Server(Ack, 1, 2).Client(Psh | Ack, 2, 1, 10)));
    }

    [Fact]
    public void Bytes_that_nobody_reads_are_not_missed_when_they_come_early()
    {
        // Nothing is recognised in the first segments, so the early one is kept without its bytes.
        FlowRun run = new FlowRun().Open().Client(Psh | Ack, 1, 1, 100).Client(Psh | Ack, 201, 1, 100).Client(Psh | Ack, 101, 1, 100).Server(Ack, 1, 301);
        Assert.Equal("S1 ShADTa 300 0 0", run.Only());
    }

    [Fact]
    public void A_connection_that_both_closed_stays_closed_when_one_had_reset_it() =>
        Assert.Equal("SF ShADadFRf 10 20 0", Talk().Client(Fin | Ack, 11, 21).Client(Rst | Ack, 12, 21).Server(Fin | Ack, 21, 12).Only());

    [Fact]
    public void A_reset_after_a_fin_ends_the_connection_when_the_peer_did_not_close() =>
        Assert.Equal("RSTO ShADadFR 10 20 0", Talk().Client(Fin | Ack, 11, 21).Client(Rst | Ack, 12, 21).Only());

    [Fact]
    public void A_reset_in_the_name_of_an_end_that_goes_on_is_forged()
    {
        Assert.Equal("orig", Assert.Single(Talk().Client(Rst, 11, 21).Client(Psh | Ack, 11, 21, 10).Flows()).ResetForged);
        Assert.Equal("resp", Assert.Single(Talk().Server(Rst | Ack, 21, 11).Server(Psh | Ack, 21, 11, 10).Flows()).ResetForged);
        // The mirror shows a segment late, a segment is sent again, the peer goes on that has not heard yet.
        Assert.Null(Assert.Single(Talk().Client(Rst, 21, 21).Client(Psh | Ack, 11, 21, 10).Flows()).ResetForged);
        Assert.Null(Assert.Single(Talk().Client(Rst, 11, 21).Client(Psh | Ack, 1, 21, 10).Flows()).ResetForged);
        Assert.Null(Assert.Single(Talk().Client(Rst, 11, 21).Server(Psh | Ack, 21, 11, 10).Client(Rst, 11, 21).Flows()).ResetForged);
    }

    [Fact]
    public void A_missed_syn_is_told_by_its_answer()
    {
        FlowRecord flow = Assert.Single(new FlowRun().Server(Syn | Ack, 0, 1).Client(Psh | Ack, 101, 1, 10).Server(Ack, 1, 111).Flows());
        Assert.Equal((110L, 100L), (flow.OriginatorBytes, flow.MissedBytes));
    }

    [Fact]
    public void Scattered_early_bytes_are_held_up_to_a_number()
    {
        const int Holes = 1100;
        FlowRun run = new FlowRun { Step = 10 }.Open();
        for (uint hole = 0; hole < Holes; hole++) run.Client(Psh | Ack, 2 + (2 * hole), 1, 1);
        // Too much waited behind the first hole, so what fills it comes too late.
        FlowRecord flow = Assert.Single(run.Client(Psh | Ack, 1, 1, 1).Flows());
        Assert.Equal((2L * Holes, (long)Holes), (flow.OriginatorBytes, flow.MissedBytes));
    }

    [Fact]
    public void A_few_scattered_early_bytes_wait_for_what_fills_the_hole()
    {
        FlowRun run = new FlowRun { Step = 10 }.Open().Client(Psh | Ack, 6, 1, 1).Client(Psh | Ack, 2, 1, 1).Client(Psh | Ack, 4, 1, 1).Client(Psh | Ack, 8, 1, 1);
        FlowRecord flow = Assert.Single(run.Client(Psh | Ack, 5, 1, 1).Client(Psh | Ack, 3, 1, 1).Client(Psh | Ack, 7, 1, 1).Client(Psh | Ack, 1, 1, 1).Flows());
        Assert.Equal((8L, 0L), (flow.OriginatorBytes, flow.MissedBytes));
    }

    private static (long Bytes, long Missed) Met(FlowRun run)
    {
        FlowRecord flow = Assert.Single(run.Flows());
        return (flow.OriginatorBytes + flow.ResponderBytes, flow.MissedBytes);
    }

    private static FlowRun Talk() => new FlowRun().Open().Client(Psh | Ack, 1, 1, 10).Server(Ack, 1, 11).Server(Psh | Ack, 1, 11, 20);
}
