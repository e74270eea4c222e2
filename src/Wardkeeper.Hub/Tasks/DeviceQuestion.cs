namespace Wardkeeper.Hub.Tasks;

/// <summary>The question "what is this, and whose is it?" about a device: what it is called among tasks, and what its answers mean.</summary>
public static class DeviceQuestion
{
    /// <summary>Kind of such a task.</summary>
    public const string Kind = "device-identity";

    /// <summary>What its answers mean, in the order in which they are offered.</summary>
    public static IReadOnlyList<string> Meanings { get; } = [Ours, NotOurs, InUse];

    /// <summary>It belongs to whom was asked.</summary>
    public const string Ours = "ours";

    /// <summary>It does not.</summary>
    public const string NotOurs = "not-ours";

    /// <summary>It belongs to whom was asked, and is in use.</summary>
    public const string InUse = "in-use";

    /// <summary>What an answer to such a task means; null when it is none of its answers.</summary>
    public static string? MeaningOf(StaffTask task, string answer)
    {
        ArgumentNullException.ThrowIfNull(task);
        for (int i = 0; i < task.Answers.Count && i < Meanings.Count; i++)
        {
            if (task.Answers[i] == answer) return Meanings[i];
        }
        return null;
    }
}

/// <summary>What who answers says of the device besides; it flows into the ledger as her claim.</summary>
/// <param name="Name">What it is called, or null.</param>
/// <param name="Type">What it is: a type of the taxonomy, or null.</param>
public sealed record DeviceSaid(string? Name, string? Type);
