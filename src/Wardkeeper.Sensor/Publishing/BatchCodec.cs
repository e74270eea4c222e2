using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Publishing;

/// <summary>
/// A batch as bytes and back, exactly. Observations are not merged: each text and each subject is written once per batch and
/// referred to after that, so that a repeated claim costs about a dozen bytes and every count stays exact.
/// </summary>
internal static class BatchCodec
{
    /// <summary>Encodes a batch with its frame.</summary>
    /// <param name="batch">The batch; its sequence is at least 1.</param>
    /// <param name="wire">Scratch space, emptied before.</param>
    public static byte[] Encode(SensorBatch batch, WireWriter wire)
    {
        wire.Clear();
        wire.Text(batch.Sensor);
        wire.Signed(batch.End.Nanoseconds);
        Dictionary<(FlowView, bool), int> views = [];
        List<FlowView> order = [];
        foreach (FlowRecord flow in batch.Flows) Note(flow.View);
        foreach (TransactionRow row in batch.Transactions)
        {
            if (row.Flow is { } view) Note(view);
        }
        wire.Unsigned((ulong)order.Count);
        foreach (FlowView view in order) FlowCodec.Write(wire, view);
        ObservationCodec.Write(wire, batch.Observations);
        wire.Unsigned((ulong)batch.Flows.Count);
        foreach (FlowRecord flow in batch.Flows)
        {
            wire.Unsigned((ulong)views[(flow.View, flow.View.ClientIsResponder)]);
            FlowCodec.Write(wire, flow);
        }
        wire.Unsigned((ulong)batch.Transactions.Count);
        foreach (TransactionRow row in batch.Transactions)
        {
            wire.Unsigned(row.Flow is { } view ? (ulong)views[(view, view.ClientIsResponder)] + 1 : 0);
            TransactionCodec.Write(wire, row);
        }
        wire.Unsigned((ulong)batch.Counters.Count);
        foreach ((string name, long value) in batch.Counters.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            wire.Text(name);
            wire.Signed(value);
        }
        return BatchFrame.Around(batch.Sequence, wire.Written);

        void Note(FlowView view)
        {
            if (views.TryAdd((view, view.ClientIsResponder), order.Count)) order.Add(view);
        }
    }

    /// <summary>Decodes a frame. Anything but a whole, valid batch is a fault, never an exception.</summary>
    public static BatchFault TryDecode(ReadOnlySpan<byte> bytes, out SensorBatch? batch)
    {
        batch = null;
        BatchFault fault = BatchFrame.TryRead(bytes, out BatchFrame frame, out ReadOnlySpan<byte> content);
        if (fault != BatchFault.None) return fault;
        WireReader wire = new(content);
        string sensor = wire.NeededText();
        CaptureTime end = new(wire.Signed());
        FlowView[] views = FlowCodec.ReadViews(ref wire);
        List<Observation> observations = ObservationCodec.Read(ref wire);
        List<FlowRecord> flows = [];
        for (int left = wire.Count(FlowCodec.LeastBytes); left > 0 && !wire.IsBroken; left--)
        {
            int view = wire.Number(views.Length - 1);
            if (!wire.IsBroken) flows.Add(FlowCodec.ReadFlow(ref wire, views[view]));
        }
        List<TransactionRow> transactions = [];
        for (int left = wire.Count(TransactionCodec.LeastBytes); left > 0 && !wire.IsBroken; left--)
        {
            int view = wire.Number(views.Length);
            if (!wire.IsBroken) transactions.Add(TransactionCodec.Read(ref wire, view == 0 ? null : views[view - 1]));
        }
        Dictionary<string, long> counters = new(StringComparer.Ordinal);
        for (int left = wire.Count(2); left > 0 && !wire.IsBroken; left--) counters[wire.NeededText()] = wire.Signed();
        if (wire.IsBroken || wire.Left > 0 || !SensorName.IsValid(sensor)) return BatchFault.Malformed;
        batch = new SensorBatch { Sensor = sensor, Sequence = frame.Sequence, End = end, Observations = observations, Flows = flows, Transactions = transactions, Counters = counters };
        return BatchFault.None;
    }
}

/// <summary>What a sensor may be called.</summary>
internal static class SensorName
{
    /// <summary>1 to 64 letters, digits, dots, hyphens, underscores, colons.</summary>
    public static bool IsValid(string name) => name.Length is > 0 and <= 64 && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' or ':');
}
