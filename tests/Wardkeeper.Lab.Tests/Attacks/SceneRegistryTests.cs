using Wardkeeper.Lab.Attacks;

namespace Wardkeeper.Lab.Tests.Attacks;

public class SceneRegistryTests
{
    [Fact]
    public void Every_attack_has_a_twin_and_every_twin_an_attack()
    {
        string[] names = [.. SceneRegistry.All.Select(scene => scene.Name)];
        Assert.Equal(names.Length, names.Distinct().Count());
        Assert.Equal(SceneRegistry.All.Where(scene => scene.IsAttack).Select(scene => scene.Name + "-twin").Order(), SceneRegistry.All.Where(scene => !scene.IsAttack).Select(scene => scene.Name).Order());
    }

    [Fact]
    public void Attacks_alone_have_techniques_and_all_scenes_a_sentence_in_both_languages()
    {
        foreach (IScene scene in SceneRegistry.All)
        {
            Assert.Equal(scene.IsAttack, scene.Techniques.Count > 0);
            Assert.All(scene.Techniques, technique => Assert.Matches(@"^T\d{4}(\.\d{3})?$", technique));
            Assert.EndsWith(".", scene.English, StringComparison.Ordinal);
            Assert.Matches(@"^\P{IsCJKUnifiedIdeographs}*\p{IsCJKUnifiedIdeographs}.*。$", scene.Chinese);
        }
    }
}
