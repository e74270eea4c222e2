using Wardkeeper.Sensor.Signatures.Rules;

namespace Wardkeeper.Sensor.Signatures;

/// <summary>What can be told of a rule that runs.</summary>
/// <param name="Sid">Its number.</param>
/// <param name="Gid">Its group; 1 for rules that packets are compared with.</param>
/// <param name="Revision">Its revision.</param>
/// <param name="Message">What it says.</param>
/// <param name="Classtype">Its class; null when it has none.</param>
/// <param name="Priority">1 is the most urgent.</param>
/// <param name="File">The file it stands in.</param>
/// <param name="Line">Line on which it begins, from 1.</param>
/// <param name="Missing">A note that it waits for and no rule makes, so that it can never match; null when there is none.</param>
/// <param name="Asked">How often its conditions were looked at.</param>
/// <param name="Matched">How often they held; alerts are fewer where a threshold stands.</param>
/// <param name="Bytes">Bytes it looked into.</param>
public sealed record RuleFacts(long Sid, long Gid, int Revision, string Message, string? Classtype, int Priority, string File, int Line, string? Missing, long Asked, long Matched, long Bytes)
{
    internal static RuleFacts Of(Rule rule, string? missing)
    {
        (long asked, long matched, long bytes) = rule.Cost.Sum;
        return new RuleFacts(rule.Sid, rule.Gid, rule.Revision, rule.Message, rule.Classtype, rule.Priority, rule.Origin.File, rule.Origin.Line, missing, asked, matched, bytes);
    }
}
