import { type RefObject, useEffect } from 'react'

/**
 * Says on the parent of a frame that scrolls whether something is out of sight at its left (data-left) and at its right
 * (data-right). It writes attributes, so that nothing is drawn again while the frame scrolls.
 */
export function useSideways(frame: RefObject<HTMLElement | null>) {
  useEffect(() => {
    const element = frame.current
    const parent = element?.parentElement
    if (!element || !parent) return
    let most = 0 // how far it scrolls, in pixels: measured when sizes change, not at each turn of the wheel
    const tell = () => {
      parent.toggleAttribute('data-left', element.scrollLeft > 1)
      parent.toggleAttribute('data-right', element.scrollLeft < most - 1)
    }
    const measure = () => {
      most = element.scrollWidth - element.clientWidth
      tell()
    }
    const observer = new ResizeObserver(measure)
    observer.observe(element)
    if (element.firstElementChild) observer.observe(element.firstElementChild)
    measure()
    element.addEventListener('scroll', tell, { passive: true })
    return () => {
      observer.disconnect()
      element.removeEventListener('scroll', tell)
    }
  }, [frame])
}
