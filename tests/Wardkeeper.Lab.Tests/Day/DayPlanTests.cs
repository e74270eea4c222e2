using Wardkeeper.Lab.Day;
using Wardkeeper.Lab.Hospital;

namespace Wardkeeper.Lab.Tests.Day;

public sealed class DayPlanTests(ITestOutputHelper output)
{
    [Fact]
    public void Print()
    {
        foreach (HospitalSize size in Enum.GetValues<HospitalSize>())
        {
            foreach (int seed in (int[])[1, 2, 7])
            {
                HospitalPlan hospital = HospitalPlan.FromSeed(seed, size);
                for (int day = 21; day < 25; day++)
                {
                    DayPlan plan = DayPlan.FromSeed(hospital, new DateOnly(2026, 11, day), TimeSpan.Zero, TimeSpan.FromHours(24));
                    output.WriteLine($"{size} {seed} {day} {plan.Events.Count} " + string.Join(' ', plan.Events.CountBy(what => what is MessageSent message ? message.Type : what.GetType().Name).OrderByDescending(pair => pair.Value).Select(pair => $"{pair.Key}={pair.Value}")));
                    output.WriteLine(string.Join(' ', plan.Events.CountBy(what => what.At.Hours).OrderBy(pair => pair.Key).Select(pair => $"{pair.Key}:{pair.Value}")));
                }
            }
        }
    }
}
