using System.Text;
using DlStore.Data.Annotations;
using DlStore.Data.Recipes;
using DlStore.Data.Sets;
using DlStore.Objects;

namespace DlStore.Operations.Datasets;

/// <summary>A data set at one canvas before it is written: its items, divided, and where they are from.</summary>
/// <param name="Canvas">The canvas.</param>
/// <param name="Items">Sorted by id, ordinal.</param>
/// <param name="Sources">The projects, then the sets of real images.</param>
internal sealed record DatasetCanvas(Canvas Canvas, IReadOnlyList<DatasetItem> Items, IReadOnlyList<LockedSource> Sources)
{
    /// <summary>Gives the digest of everything that decides what is written: equal keys mean an equal directory.</summary>
    public Oid Key(DatasetRecipe recipe, ClassList classes)
    {
        StringBuilder text = new($"dls-dataset-key 1\ncanvas {Canvas}\nrecipe {recipe.Hash()}\nclasses {Oid.Of(classes.ToBytes())}\n");
        foreach (LockedSource source in Sources)
        {
            text.Append($"{ImageOrigins.Name(source.Kind)} {source.Name} {source.Build} "
                + $"{(source.Unreviewed ? "unreviewed" : "accepted")}\n");
        }

        return Oid.Of(Encoding.UTF8.GetBytes(text.ToString()));
    }
}
