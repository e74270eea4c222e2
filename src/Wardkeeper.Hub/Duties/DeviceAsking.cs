using System.Globalization;
using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Detection;
using Wardkeeper.Hub.Findings;
using Wardkeeper.Hub.Identification;
using Wardkeeper.Hub.Ledger.Queries;
using Wardkeeper.Hub.Queries;
using Wardkeeper.Hub.Sites;
using Wardkeeper.Hub.Tasks;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Duties;

/// <summary>Why somebody is asked about a device.</summary>
public enum AskedAs
{
    /// <summary>The ledger says that the device is the department's.</summary>
    Department,

    /// <summary>The site file says that the network is the department's.</summary>
    Network,

    /// <summary>Most of the devices beside it are the department's.</summary>
    Neighbours,

    /// <summary>Nobody is nearer: clinical engineering looks after unknown devices.</summary>
    Team,
}

/// <summary>Who is asked about a device, and why.</summary>
/// <param name="To">Who.</param>
/// <param name="As">Why.</param>
/// <param name="By">The network that it was derived from; null for the device's own department and for the team.</param>
public sealed record Asked(Addressee To, AskedAs As, string? By);

/// <summary>Asks whoever is nearest what a device is and whose it is. The answer flows into the ledger; reminders and escalation are those of every task.</summary>
public interface IDeviceAsking
{
    /// <summary>Who would be asked about a device.</summary>
    Task<Asked> WhomAsync(DeviceLine line, CancellationToken cancel = default);

    /// <summary>The question that is open about a device, whoever it went to; null when there is none.</summary>
    Task<StaffTask?> OpenAsync(long device, CancellationToken cancel = default);

    /// <summary>Asks. A device about which a question is open is not asked about again: its number is given.</summary>
    /// <param name="who">Analyst, clinical engineer or administrator; what a limited person may not see is not found.</param>
    /// <param name="device">The device's number.</param>
    /// <param name="chinese">Whether the question is in Chinese, else English.</param>
    /// <param name="cancel">Stops waiting.</param>
    /// <returns>How it ended, and the number of the task.</returns>
    Task<(Outcome Outcome, long Number)> AskAsync(Actor who, long device, bool chinese, CancellationToken cancel = default);
}

/// <inheritdoc cref="IDeviceAsking"/>
internal sealed class DeviceAsking(ITaskQueries tasks, ITaskCommands commands, IDeviceQueries devices, DetectionPath detection, TimeProvider time) : IDeviceAsking
{
    /// <summary>Devices beside it that must have a department before anything is derived from them.</summary>
    private const int FewestNeighbours = 3;

    private const int LongestName = 60, LongestQuestion = 500;
    private static readonly TimeSpan Time = TimeSpan.FromDays(3);

    /// <inheritdoc/>
    public async Task<Asked> WhomAsync(DeviceLine line, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(line);
        if (line.Department is { } own) return new Asked(new Addressee(Department: own), AskedAs.Department, null);
        Asked team = new(new Addressee(Role: Role.ClinicalEngineer), AskedAs.Team, null);
        Knowledge known = detection.Known;
        if (line.Ip.IsNone || !known.Local.Contains(line.Ip)) return team;
        SiteNetwork? network = known.Site.Within(line.Ip);
        if (network is { Department: { } holder }) return new Asked(new Addressee(Department: holder), AskedAs.Network, network.Name);
        string subnet = network?.Place.Text ?? known.NetworkOf(line.Ip);
        ValueCount[] beside = [.. (await devices.CountByAsync("department", new DeviceFilter { Subnets = [subnet] }, cancel)).Where(one => one.Value is not null)];
        long count = beside.Sum(one => one.Count);
        return count >= FewestNeighbours && beside.MaxBy(one => one.Count) is { } most && most.Count * 2 > count ? new Asked(new Addressee(Department: most.Value), AskedAs.Neighbours, subnet) : team;
    }

    /// <inheritdoc/>
    public async Task<StaffTask?> OpenAsync(long device, CancellationToken cancel = default)
    {
        Page<StaffTask> open = await tasks.FindAsync(new TaskFilter { Device = device, States = [TaskState.Open] }, new SortOrder("number", true), new PageRequest(1, PageRequest.MaxSize), cancel);
        return open.Items.FirstOrDefault(task => task.Kind == DeviceQuestion.Kind);
    }

    /// <inheritdoc/>
    public async Task<(Outcome Outcome, long Number)> AskAsync(Actor who, long device, bool chinese, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(who);
        if ((await devices.GetAsync(device, who.Departments, cancel))?.Line is not { } line) return (new Outcome(OutcomeKind.NotFound), 0);
        if (await OpenAsync(line.Id, cancel) is { } open) return (new Outcome(OutcomeKind.Done, open.Revision), open.Number);
        Asked whom = await WhomAsync(line, cancel);
        string[] answers = [.. DeviceQuestion.Meanings.Select(meaning => LetterTexts.Format("ask." + meaning, chinese))];
        CaptureTime due = time.Now().Plus(Time);
        return await commands.AskAsync(who, new TaskDraft(DeviceQuestion.Kind, Question(line, chinese), answers, whom.To, due, line.Id), cancel);
    }

    /// <summary>What whoever stands before the device can find it by. Its name is what the device says, and may be anything.</summary>
    private static string Question(DeviceLine line, bool chinese)
    {
        List<string> signs = [string.Create(CultureInfo.InvariantCulture, $"D-{line.Id}")];
        if (line.Name is { } name) signs.Add($"\"{Likeness.Clean(name.Length > LongestName ? name[..LongestName] + "…" : name)}\"");
        if (line.TypeGuess is { } guess && line.Type is null) signs.Add(LetterTexts.Format("ask.perhaps", chinese, Taxonomy.NameOf(guess, chinese)));
        if (!line.Ip.IsNone) signs.Add(line.Ip.ToString());
        if (!line.Mac.IsNone) signs.Add("MAC " + line.Mac);
        if (line.SwitchPort is { } port) signs.Add(LetterTexts.Format("ask.port", chinese, Likeness.Clean(port.Length > LongestName ? port[..LongestName] : port)));
        string question = LetterTexts.Format("ask.device", chinese, string.Join(", ", signs), line.FirstSeen.ToDate().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        return question.Length <= LongestQuestion ? question : question[..LongestQuestion];
    }
}
