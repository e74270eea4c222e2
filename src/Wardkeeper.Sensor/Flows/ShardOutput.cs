namespace Wardkeeper.Sensor.Flows;

/// <summary>What one shard gave during a batch, in packet order; merged with the other shards' between batches.</summary>
internal sealed class ShardOutput
{
    private List<Item> items = [];

    /// <summary>Adds a transaction, a flow record or an observation. Packet numbers never fall.</summary>
    public void Add(long packet, object value) => items.Add(new Item(packet, value));

    /// <summary>Takes everything and leaves an emptied list in its place.</summary>
    public List<Item> Exchange(List<Item> spare)
    {
        List<Item> full = items;
        spare.Clear();
        items = spare;
        return full;
    }

    /// <summary>One item and the number of the packet that brought it about.</summary>
    public readonly record struct Item(long Packet, object Value);
}
